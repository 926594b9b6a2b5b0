using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>Nothing is left of the reads: exits and the feed go on, and what the hub tells keeps the account right.</summary>
public sealed class ReserveTests
{
    private static readonly TimeSpan Right = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exit_and_its_legs_need_no_read_of_the_others(bool hub)
    {
        await using var desk = await Desk.OpenAsync();
        desk.Http.HubsAway = !hub;
        var session = await desk.ConnectAsync();
        await using var watcher = hub ? await new Watcher(session).StartedAsync() : null;
        var (_, order) = await desk.PositionAsync(session);
        desk.Http.UsedUp[RequestClass.Query] = true;

        var open = (await session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, default))
            .Positions.ShouldHaveSingleItem();
        var closed = (await session.ClosePositionAsync(desk.Close(open, order), default)).ShouldBeOfType<OrderOutcome.Accepted>();

        closed.Report.ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);
        (await desk.WorkingAsync()).ShouldBeEmpty();
        // What is canceled is an exit, too.
        var waiting = await desk.OrderAsync(session) with { Type = OrderType.Limit, Price = 5900m };
        await session.PlaceAsync(waiting, default);
        (await session.CancelAsync(Desk.Key(waiting.ClientOrderId), default)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    public async Task What_the_hub_tells_of_an_order_is_not_asked_for()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var order = await desk.OrderAsync(session);
        desk.Http.UsedUp[RequestClass.Query] = true;
        await session.PlaceAsync(order, default);

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report;

        (report.Status, report.FilledQuantity, report.AveragePrice, report.ClientOrderId)
            .ShouldBe((OrderStatus.Filled, 2m, 6000.25m, order.ClientOrderId));
        await Eventually.True(() => watcher.Positions.Count == 1, Right, "the position is pushed");
        report.BrokerPositionId.ShouldBe(watcher.Positions.Keys.Single());
    }

    [Fact]
    public async Task A_fill_that_the_hub_tells_in_part_is_asked_for()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("hub_drop", "HUB_TRADE");
        var order = await desk.OrderAsync(session);
        await session.PlaceAsync(order, default);

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report;

        (report.Status, report.AveragePrice).ShouldBe((OrderStatus.Filled, 6000.25m));
        (await desk.CallsAsync("ORDER_SEARCH")).ShouldBeGreaterThan(1, "once at the start, and for this");
    }

    [Fact]
    public async Task The_next_position_of_a_contract_is_another_one_and_so_its_entry_says()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        List<string?> ids = [];
        for (var trip = 0; trip < 3; trip++)
        {
            var order = await desk.OrderAsync(session);
            await session.PlaceAsync(order, default);
            ids.Add((await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>()
                .Report.BrokerPositionId);
            var open = (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem();
            ids[^1].ShouldBe(open.BrokerPositionId);
            await session.ClosePositionAsync(desk.Close(open, order), default);
        }

        ids.ShouldBeUnique();
    }

    [Fact]
    public async Task A_position_that_is_closed_by_hand_leaves_the_list_though_nothing_can_be_read()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.PositionAsync(session);
        await Eventually.True(() => watcher.Positions.Count == 1, Right, "the position is pushed");
        desk.Http.UsedUp[RequestClass.Query] = true;

        await desk.ByHandAsync(2, "sell");

        await Eventually.True(() => watcher.Positions.IsEmpty, Right, "flat");
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_that_begins_when_nothing_can_be_read_tells_what_the_hub_does()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        desk.Http.UsedUp[RequestClass.Query] = true;
        await using var watcher = await new Watcher(session).StartedAsync();

        await desk.ByHandAsync(2, "buy");

        await Eventually.True(() => watcher.Positions.Values.Any(position => position.Quantity == 2), Right, "the position is pushed");
        await desk.ByHandAsync(2, "sell");
        await Eventually.True(() => watcher.Positions.IsEmpty, Right, "flat");
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task No_event_waits_for_a_reading_that_hangs()
    {
        await using var desk = await Desk.OpenAsync();
        desk.Http.Timeout = TimeSpan.FromSeconds(30);
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.PositionAsync(session);
        await Eventually.True(() => watcher.Positions.Count == 1, Right, "the position is pushed");
        await desk.ArmAsync("timeout_before", "*", count: -1, ms: 60_000);
        var asked = await desk.CallsAsync("POSITION_SEARCH");
        await Eventually.True(async () => await desk.CallsAsync("POSITION_SEARCH") > asked, TimeSpan.FromSeconds(10), "a reading hangs");

        await desk.ByHandAsync(2, "sell");

        await Eventually.True(() => watcher.Positions.IsEmpty, TimeSpan.FromSeconds(2), "flat");
    }

    [Fact]
    public async Task After_a_logout_for_a_token_that_has_ended_the_feed_is_back_though_nothing_can_be_read()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.PositionAsync(session);
        await Eventually.True(() => watcher.Positions.Count == 1, Right, "the position is pushed");
        desk.Http.UsedUp[RequestClass.Query] = true;

        await desk.PostAsync("tokens/expire", new { });
        await desk.PostAsync("hubs/logout", new { });
        await Eventually.True(() => watcher.Updates.Any(update => update is AccountUpdate.Gap), Right, "the end is told");
        // Told by nobody: between the two connections.
        await desk.ByHandAsync(1, "sell");

        await Eventually.True(() => watcher.Positions.Values.Any(position => position.Quantity == 1), Right, "what happened meanwhile");
        await desk.ByHandAsync(1, "sell");
        await Eventually.True(() => watcher.Positions.IsEmpty, Right, "what comes after");

        watcher.Error.ShouldBeNull();
        watcher.Updates.Count(update => update is AccountUpdate.Gap).ShouldBe(1);
    }

    [Fact]
    public async Task Our_own_limit_is_told_in_the_hosts_words_with_how_long_it_lasts()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        desk.Http.UsedUp[RequestClass.ExitQuery] = true;

        var error = await Should.ThrowAsync<ConnectorException>(() =>
            session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, default));

        (error.Kind, error.RetryAfter).ShouldBe((ConnectorErrorKind.RateLimited, TimeSpan.FromSeconds(42)));
        error.Message.ShouldBe("TradeFlow's own limit for Topstep (ExitQuery) is used up; the next request can go in 42 s.");
    }
}
