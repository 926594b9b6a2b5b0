using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>Net is gross less fees and commissions, of both halves, wherever commissions are told.</summary>
public sealed class CostTests
{
    // Ten points up, forty ticks of 1.25 dollars, two contracts; 0.74 of fees and 0.50 of commissions a round turn and contract.
    private const decimal Gross = 100m;
    private const decimal Net = Gross - (2 * 0.74m) - (2 * 0.50m);

    [Theory]
    [InlineData("left_out")]
    [InlineData("told")]
    [InlineData("in_fees")]
    public async Task A_round_trip_earns_what_the_balance_moves_by_whatever_a_search_says_of_commissions(string searched)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { searchedCommissions = searched });
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();

        var report = await RoundTripAsync(desk, session);

        (report.GrossPnl, report.RealizedPnl).ShouldBe((Gross, Net));
        await Eventually.True(() => watcher.Fills.Values.Any(fill => fill.RealizedPnl is not null), TimeSpan.FromSeconds(5),
            "the fill is pushed");
        watcher.Fills.Values.Single(fill => fill.RealizedPnl is not null).RealizedPnl.ShouldBe(Net);
        watcher.Fills.Values.Sum(fill => fill.Fees).ShouldBe(Gross - Net);
        // And as it is read again, by the same session and by one that was told nothing of it since.
        var fills = (await Desk.StateAsync(session)).Fills;
        (fills.Sum(fill => fill.RealizedPnl), fills.Sum(fill => fill.Fees)).ShouldBe((Net, Gross - Net));
        (await session.GetAccountAsync(default)).Balance.ShouldBe(50_000m + Net);
    }

    [Theory]
    [InlineData("left_out")]
    [InlineData("told")]
    [InlineData("in_fees")]
    public async Task A_trade_that_the_hub_did_not_tell_costs_what_those_before_it_did(string searched)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { searchedCommissions = searched });
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await RoundTripAsync(desk, session);
        await session.GetStateAsync(new StateWindow { Since = DateTimeOffset.UtcNow.AddDays(-3) }, default);
        await desk.PriceAsync(6000.00m, 6000.25m);
        await desk.ArmAsync("hub_drop", "HUB_TRADE", count: -1);

        var report = await RoundTripAsync(desk, session);

        (report.GrossPnl, report.RealizedPnl).ShouldBe((Gross, Net));
        (await session.GetAccountAsync(default)).Balance.ShouldBe(50_000m + (2 * Net));
    }

    [Theory]
    [InlineData("left_out")]
    [InlineData("told")]
    [InlineData("in_fees")]
    public async Task An_opening_that_was_only_searched_for_costs_what_its_close_does(string searched)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { searchedCommissions = searched });
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync("hub_drop", "HUB_TRADE");

        var report = await RoundTripAsync(desk, session,
            () => session.GetStateAsync(new StateWindow { Since = DateTimeOffset.UtcNow.AddDays(-3) }, default));

        (report.GrossPnl, report.RealizedPnl).ShouldBe((Gross, Net));
    }

    private static async Task<OrderReport> RoundTripAsync(Desk desk, IBrokerConnector session, Func<Task>? beforeClose = null)
    {
        var order = await desk.OrderAsync(session);
        await session.PlaceAsync(order, default);
        var position = (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem();
        if (beforeClose is not null) await beforeClose();
        await desk.PriceAsync(6010.25m, 6010.50m);
        return (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>()
            .Report.ShouldNotBeNull();
    }
}
