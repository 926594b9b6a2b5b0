using System.Diagnostics;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>
/// Fills while the user hub is not well, in all the ways in which it can be: right within five seconds afterwards, and nothing counted
/// twice.
/// </summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Right = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_hub_that_takes_every_connection_and_cuts_it_at_once_uses_up_no_reads_and_is_one_outage()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        var before = await ReadsAsync(desk);
        var flapping = Stopwatch.StartNew();
        for (var cut = 0; flapping.Elapsed < TimeSpan.FromSeconds(8); cut++)
        {
            await desk.PostAsync("hubs/disconnect", new { });
            if (cut % 40 == 0) await desk.ByHandAsync(1, "buy");
        }
        await desk.ByHandAsync(1, "buy");
        var size = (await desk.LedgerAsync()).Length;

        await Eventually.True(() => Task.FromResult(Size(watcher) == size), Right, "every contract is seen");

        await Eventually.True(() => Task.FromResult(watcher.Fills.Count == size), Right, "every fill is known once");
        watcher.Updates.Count(update => update is AccountUpdate.Gap).ShouldBe(1);
        // A minute has 80 for everybody.
        (await ReadsAsync(desk) - before).ShouldBeLessThan(40);
        watcher.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("hub_cut")]
    [InlineData("hub_close")]
    public async Task A_connection_that_ends_in_the_place_of_an_event_is_one_outage_and_loses_nothing(string how)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync(how, "HUB_POSITION");

        await desk.ByHandAsync(2, "buy");

        await Eventually.True(() => Task.FromResult(Size(watcher) == 2 && watcher.Fills.Count == 1), Right, "the position and its fill");
        await desk.ByHandAsync(3, "buy");
        await Eventually.True(() => Task.FromResult(Size(watcher) == 5 && watcher.Fills.Count == 2), Right, "what comes after");
        watcher.Updates.Count(update => update is AccountUpdate.Gap).ShouldBe(1);
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_hub_that_is_open_and_says_nothing_is_read_around()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("hub_drop", "*", count: -1);

        await desk.ByHandAsync(2, "buy");
        await Eventually.True(() => Task.FromResult(Size(watcher) == 2), Right, "what was opened in silence");
        await desk.ByHandAsync(5, "sell");
        await Eventually.True(() => Task.FromResult(Size(watcher) == -3 && watcher.Fills.Count >= 2), Right,
            "what was turned round in silence, with its fills");

        watcher.Fills.Values.Sum(fill => fill.Side is Side.Buy ? fill.Quantity : -fill.Quantity).ShouldBe(-3m);
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_gateway_that_refuses_every_read_meanwhile_costs_nothing_afterwards()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("429", "*", count: -1);
        desk.Http.HubsAway = true;
        await desk.PostAsync("hubs/disconnect", new { });
        await desk.ByHandAsync(2, "buy");
        await Eventually.True(async () => await desk.CallsAsync("POSITION_SEARCH") >= 3, TimeSpan.FromSeconds(10), "reads are refused");

        await desk.DisarmAsync();
        desk.Http.HubsAway = false;

        await Eventually.True(() => Task.FromResult(Size(watcher) == 2 && watcher.Fills.Count == 1), Right, "the position and its fill");
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task An_order_is_looked_up_and_closed_at_once_while_the_hub_is_cut_again_and_again()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        using var end = new CancellationTokenSource();
        var cutting = CutAsync(desk, end.Token);

        var (position, order) = await desk.PositionAsync(session);
        var asked = Stopwatch.StartNew();
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>();
        (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        asked.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));

        await end.CancelAsync();
        await cutting;
        await Eventually.True(() => Task.FromResult(watcher.Positions.IsEmpty), Right, "flat");
    }

    private static async Task CutAsync(Desk desk, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested) await desk.PostAsync("hubs/disconnect", new { });
    }

    private static decimal Size(Watcher watcher) =>
        watcher.Positions.Values.Sum(position => position.Side is Side.Buy ? position.Quantity : -position.Quantity);

    private static async Task<int> ReadsAsync(Desk desk)
    {
        var reads = 0;
        foreach (var operation in (string[])["POSITION_SEARCH", "ORDER_SEARCH_OPEN", "ORDER_SEARCH", "TRADE_SEARCH", "ACCOUNTS"])
            reads += await desk.CallsAsync(operation);
        return reads;
    }
}
