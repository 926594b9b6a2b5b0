using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

public sealed class StreamTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Orders_fills_positions_and_money_are_pushed_in_all_shapes_of_the_payload(bool bare, bool listed)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { bareHubPayload = bare, listedHubPayload = listed });
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var searches = await desk.CallsAsync("POSITION_SEARCH");

        await session.PlaceAsync(await desk.OrderAsync(session), default);

        await Eventually.True(() => Task.FromResult(watcher.Positions.Count == 1
            && watcher.Updates.Any(update => update is AccountUpdate.Balance)), TimeSpan.FromSeconds(3), "the position is pushed");
        watcher.Updates.OfType<AccountUpdate.Position>().First().Report.Quantity.ShouldBe(2m);
        watcher.Updates.OfType<AccountUpdate.Order>().Last(update => !update.Report.IsProtection).Report.Status
            .ShouldBe(OrderStatus.Filled);
        watcher.Fills.Values.Sum(fill => fill.Quantity).ShouldBe(2m);
        watcher.Error.ShouldBeNull();
        // Checked once with the gateway, not polled.
        (await desk.CallsAsync("POSITION_SEARCH") - searches).ShouldBeLessThan(4);
    }

    [Fact]
    public async Task The_price_moves_the_open_profit()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await session.PlaceAsync(await desk.OrderAsync(session), default);

        await desk.PriceAsync(6010.25m, 6010.50m);

        // Ten points, forty ticks of 1.25 dollars, two contracts.
        await Eventually.True(
            () => Task.FromResult(watcher.Positions.Values.Any(position => position is { CurrentPrice: 6010.25m, UnrealizedPnl: 100m })),
            TimeSpan.FromSeconds(5), "the profit is pushed");
    }

    [Fact]
    public async Task A_hub_that_is_away_while_orders_are_filled_loses_and_doubles_nothing()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await session.PlaceAsync(await desk.OrderAsync(session, quantity: 1), default);
        await Eventually.True(() => Task.FromResult(watcher.Positions.Values.Any(position => position.Quantity == 1)),
            TimeSpan.FromSeconds(3), "the first position is pushed");

        desk.Http.HubsAway = true;
        await desk.PostAsync("hubs/disconnect", new { });
        foreach (var (quantity, side) in new[] { (2, "buy"), (1, "sell"), (5, "sell"), (1, "buy") }) await desk.ByHandAsync(quantity, side);
        // Read while there is no hub, and right before it is back.
        await Eventually.True(() => Task.FromResult(watcher.Positions.Values.ToList() is [{ Side: Side.Sell, Quantity: 2 }]),
            TimeSpan.FromSeconds(5), "two contracts short are seen");
        var looks = Looks(watcher);
        await desk.ByHandAsync(1, "sell");
        desk.Http.HubsAway = false;
        await Eventually.True(() => Task.FromResult(watcher.Positions.Values.ToList() is [{ Side: Side.Sell, Quantity: 3 }]),
            TimeSpan.FromSeconds(5), "three contracts short are seen");
        await Eventually.True(() => Task.FromResult(Looks(watcher) > looks), TimeSpan.FromSeconds(5), "a whole look follows");
        await desk.ByHandAsync(1, "sell");
        await Eventually.True(() => Task.FromResult(watcher.Positions.Values.ToList() is [{ Side: Side.Sell, Quantity: 4 }]),
            TimeSpan.FromSeconds(5), "and what comes after is pushed");

        var books = (await Desk.StateAsync(session)).Fills;
        await Eventually.True(() => Task.FromResult(watcher.Fills.Count == books.Count), TimeSpan.FromSeconds(5),
            "every fill is known once");
        watcher.Fills.Values.Sum(fill => fill.Side is Side.Buy ? fill.Quantity : -fill.Quantity).ShouldBe(-4m);
        watcher.Error.ShouldBeNull();

        watcher.Updates.Count(update => update is AccountUpdate.Gap).ShouldBe(1);

        static int Looks(Watcher watcher) => watcher.Updates.Count(update => update is AccountUpdate.Snapshot);
    }

    [Fact]
    public async Task A_close_whose_events_are_lost_on_a_hub_that_seems_well_is_seen_all_the_same()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var (position, order) = await desk.PositionAsync(session);
        await Eventually.True(() => Task.FromResult(watcher.Positions.Count == 1), TimeSpan.FromSeconds(3), "the position is pushed");
        await desk.ArmAsync("hub_drop", "*", count: 50);

        await session.ClosePositionAsync(desk.Close(position, order), default);

        await Eventually.True(() => Task.FromResult(watcher.Positions.IsEmpty), TimeSpan.FromSeconds(5), "flat");
        watcher.Updates.ShouldNotContain(update => update is AccountUpdate.Gap);
    }

    [Fact]
    public async Task Events_that_come_twice_and_late_end_at_the_truth()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("hub_duplicate", "*", count: -1);
        await desk.ArmAsync("hub_delay_ms", "HUB_POSITION", count: 1, ms: 400);

        var (position, order) = await desk.PositionAsync(session);
        await session.ClosePositionAsync(desk.Close(position, order), default);

        await Eventually.True(() => Task.FromResult(watcher.Fills.Count == 2 && watcher.Positions.IsEmpty && watcher.Updates
            .OfType<AccountUpdate.Position>().Any(update => update.Closed)), TimeSpan.FromSeconds(5), "flat, with two fills");
        // The late "open" of the position that is closed does not bring it back.
        await desk.PostAsync("price", new { symbol = "MES", bid = 6001m, ask = 6001.25m });
        await Eventually.True(() => Task.FromResult(watcher.Positions.IsEmpty), TimeSpan.FromSeconds(1), "still flat");
    }

    [Fact]
    public async Task A_session_that_another_one_replaced_goes_on_by_reading_and_does_not_fight()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var stranger = (await new TopstepFactory().ConnectAsync(
            new ConnectRequest { Mode = "sim", Endpoints = Endpoints(desk) },
            Stranger(desk), default)).ShouldBeOfType<ConnectOutcome.Connected>().Session.ShouldNotBeNull();
        await using var _ = stranger;
        await using var other = await new Watcher(stranger).StartedAsync();
        await Eventually.True(() => Task.FromResult(watcher.Updates.Any(update => update is AccountUpdate.Gap)), TimeSpan.FromSeconds(5),
            "the end is told");

        await desk.ByHandAsync(1, "buy");

        await Eventually.True(() => Task.FromResult(watcher.Positions.Count == 1 && other.Positions.Count == 1), TimeSpan.FromSeconds(6),
            "both see the position");
        other.Updates.ShouldNotContain(update => update is AccountUpdate.Gap);
    }

    [Fact]
    public async Task Two_accounts_of_one_user_share_the_hub()
    {
        await using var desk = await Desk.OpenAsync();
        var first = await desk.ConnectAsync();
        var second = await desk.ConnectAsync(account: "9101");
        await using var one = await new Watcher(first).StartedAsync();
        await using var two = await new Watcher(second).StartedAsync();

        await desk.ByHandAsync(1, "buy");

        await Eventually.True(() => Task.FromResult(one.Positions.Count == 1 && two.Positions.Count == 1), TimeSpan.FromSeconds(5),
            "both see the position");
        one.Updates.Concat(two.Updates).ShouldNotContain(update => update is AccountUpdate.Gap);
    }

    private static Dictionary<string, Uri> Endpoints(Desk desk) =>
        new() { ["api"] = new(desk.Simulator.Address), ["userHub"] = new($"{desk.Simulator.Address}/hubs/user"), ["marketHub"] = new(
            $"{desk.Simulator.Address}/hubs/market") };

    private static DeskContext Stranger(Desk desk) =>
        new(new Memory(), new Dictionary<string, Secret<string>>
        {
            ["user_name"] = new("demo"), ["api_key"] = new("demo-key"), ["rules_confirmed"] = new("true")
        }, desk.Http);
}
