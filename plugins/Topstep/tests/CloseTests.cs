using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

/// <summary>
/// The gateway leaves the legs of a bracket working when the position is closed, and one of them would open a new position later.
/// </summary>
public sealed class CloseTests
{
    [Theory]
    [InlineData(Side.Buy)]
    [InlineData(Side.Sell)]
    public async Task After_a_close_no_leg_works_and_the_profit_is_net_of_both_fees(Side side)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, side);
        (await desk.WorkingAsync()).Length.ShouldBe(2);
        await desk.PriceAsync(6004.00m, 6004.25m);
        var close = desk.Close(position, order);

        var report = (await session.ClosePositionAsync(close, default)).ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();

        (await desk.WorkingAsync()).ShouldBeEmpty();
        (report.Status, report.FilledQuantity, report.ClientOrderId, report.BrokerPositionId).ShouldBe(
            (OrderStatus.Filled, 2m, close.ClientOrderId, position.BrokerPositionId));
        // 3.75 points up, or 4.25 points against, in ticks of 1.25 dollars for two contracts; 0.74 a round turn and contract.
        var gross = side is Side.Buy ? 37.5m : -42.5m;
        (report.GrossPnl, report.RealizedPnl).ShouldBe((gross, gross - 1.48m));
        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_is_closed_and_the_legs_shrink_with_the_position()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, quantity: 3);

        var report = (await session.ClosePositionAsync(desk.Close(position, order, 1), default))
            .ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();

        (report.Status, report.FilledQuantity).ShouldBe((OrderStatus.Filled, 1m));
        var state = await Desk.StateAsync(session);
        state.Positions.ShouldHaveSingleItem().Quantity.ShouldBe(2m);
        state.OpenOrders.Select(leg => leg.Quantity).ShouldBe([2m, 2m]);
        // They take away: outside of a command the host lets nothing else leave.
        desk.Http.Sent.Where(sent => sent.Path.EndsWith("/modify", StringComparison.Ordinal)).Select(sent => sent.Class)
            .ShouldBe([RequestClass.Cancel, RequestClass.Cancel]);
    }

    [Fact]
    public async Task A_position_is_closed_in_its_own_month_when_the_ticker_has_rolled()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        var close = desk.Close(position, order) with { Instrument = await Desk.InstrumentAsync(session, "MES2!") };

        (await session.ClosePositionAsync(close, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
        (await desk.WorkingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Orders_of_ours_that_wait_are_no_legs_and_stay()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        var waiting = await desk.OrderAsync(session, Side.Sell) with { Type = OrderType.Limit, Price = 6100m, StopLoss = 6110m };
        await session.PlaceAsync(waiting, default);

        await session.ClosePositionAsync(desk.Close(position, order), default);

        (await desk.WorkingAsync()).ShouldHaveSingleItem().GetProperty("customTag").GetString().ShouldBe(waiting.ClientOrderId);
    }

    [Theory]
    [InlineData("reset_after")]
    [InlineData("http_502_html_after")]
    [InlineData("half_body_after")]
    public async Task A_close_whose_answer_is_lost_is_unknown_and_its_legs_are_looked_after(string fault)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.ArmAsync(fault, "CLOSE_CONTRACT");
        var close = desk.Close(position, order);

        (await session.ClosePositionAsync(close, default)).ShouldBeOfType<OrderOutcome.Unknown>();

        (await session.FindOrderAsync(Desk.Key(close.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report.Status
            .ShouldBe(OrderStatus.Filled);
        await Eventually.True(async () => (await desk.WorkingAsync()).Length == 0, TimeSpan.FromSeconds(12), "the legs are gone");
        (await desk.CallsAsync("CLOSE_CONTRACT")).ShouldBe(1);
    }

    [Fact]
    public async Task Legs_that_a_crash_left_behind_are_taken_away_after_the_restart()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await desk.ArmAsync("reset_after", "CLOSE_CONTRACT");
        await session.ClosePositionAsync(desk.Close(position, order), default);
        (await desk.WorkingAsync()).Length.ShouldBe(2);

        await using var watcher = new Watcher(await desk.RestartAsync());

        await Eventually.True(async () => (await desk.WorkingAsync()).Length == 0, TimeSpan.FromSeconds(12), "the legs are gone");
    }

    [Fact]
    public async Task Legs_of_a_position_that_somebody_else_closed_are_taken_away()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await using var watcher = await new Watcher(session).StartedAsync();
        await desk.PositionAsync(session);

        await desk.ByHandAsync(2, "sell");

        await Eventually.True(async () => (await desk.WorkingAsync()).Length == 0, TimeSpan.FromSeconds(12), "the legs are gone");
        watcher.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_close_that_is_pending_is_watched()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await desk.ArmAsync("pending_after", "CLOSE_CONTRACT");

        (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Accepted>().Report
            .ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);

        (await desk.WorkingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_close_has_the_words_and_leaves_the_legs_where_they_are()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await desk.ArmAsync("reject", "CLOSE_CONTRACT", text: "Outside of trading hours");

        (await session.ClosePositionAsync(desk.Close(position, order), default))
            .ShouldBe(new OrderOutcome.Rejected(RejectReason.MarketClosed, "OrderRejected", "Outside of trading hours"));

        (await desk.WorkingAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_close_opens_nothing()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session);
        await session.ClosePositionAsync(desk.Close(position, order), default);

        (await session.ClosePositionAsync(desk.Close(position, order), default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason
            .ShouldBe(RejectReason.PositionNotFound);

        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
        (await desk.CallsAsync("CLOSE_CONTRACT")).ShouldBe(1);
    }
}
