using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

public sealed class CloseTests
{
    private const string User = "demo@tradeflow.local";

    [Theory]
    [InlineData("EURUSD", Side.Buy, 1.0900, 1.0950, 500)]
    [InlineData("EURUSD", Side.Sell, 1.0900, 1.0950, -500)]
    [InlineData("USDJPY", Side.Buy, 150.000, 151.000, 662.25)]
    [InlineData("USDJPY", Side.Sell, 150.000, 149.000, 671.14)]
    [InlineData("XAUUSD", Side.Buy, 2400.00, 2410.00, 1000)]
    [InlineData("XAUUSD", Side.Sell, 2400.00, 2410.00, -1000)]
    [InlineData("EURJPY", Side.Buy, 163.500, 164.500, 666.67)]
    [InlineData("GER40", Side.Buy, 18300.0, 18400.0, 109)]
    public async Task A_close_tells_what_it_earned_in_the_accounts_currency(
        string symbol, Side side, double open, double exit, double profit)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        await desk.PriceAsync("USDJPY", 150m, 150m);
        await desk.PriceAsync(symbol, (decimal)open, (decimal)open);
        var (position, order) = await desk.PositionAsync(session, symbol, side, 1m);
        await desk.PriceAsync(symbol, (decimal)exit, (decimal)exit);
        var close = desk.Close(position, order);

        var accepted = (await session.ClosePositionAsync(close, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();

        var report = accepted.Report.ShouldNotBeNull();
        (report.Status, report.FilledQuantity, report.AveragePrice, report.ClientOrderId, report.BrokerPositionId).ShouldBe(
            (OrderStatus.Filled, 1m, (decimal)exit, close.ClientOrderId, position.BrokerPositionId));
        report.GrossPnl.ShouldBe((decimal)profit);
        report.RealizedPnl.ShouldBe((decimal)profit);
        (await desk.BalanceAsync(User)).ShouldBe(50_000m + (decimal)profit, "the broker's own sum");
        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
        (await desk.CallsAsync("CLOSE_POSITION")).ShouldBe(1);
    }

    [Fact]
    public async Task A_part_is_closed_and_the_rest_stays()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var (position, order) = await desk.PositionAsync(session, "EURUSD", quantity: 1m);
        await desk.PriceAsync("EURUSD", 1.10m, 1.10m);

        var report = (await session.ClosePositionAsync(desk.Close(position, order, 0.25m), CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();

        (report.FilledQuantity, report.RealizedPnl).ShouldBe((0.25m, 250m));
        (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.75m);
    }

    [Fact]
    public async Task Two_partial_closes_at_once_are_two_orders()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, "EURUSD", quantity: 1m);

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => session.ClosePositionAsync(desk.Close(position, order, 0.25m), CancellationToken.None)));

        outcomes.Select(outcome => outcome.ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId).Distinct().Count().ShouldBe(3);
        (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.25m);
    }

    [Fact]
    public async Task A_position_that_lingers_is_watched_until_it_is_gone()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, "EURUSD");
        await desk.ArmAsync("close_lingers_ms", "CLOSE_POSITION", ms: 600);

        (await session.ClosePositionAsync(desk.Close(position, order), CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull().Status.ShouldBe(OrderStatus.Filled);
    }

    [Fact]
    public async Task A_close_that_is_not_done_in_time_is_followed_by_its_order()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, "EURUSD");
        await desk.ArmAsync("close_lingers_ms", "CLOSE_POSITION", ms: 4000);
        var close = desk.Close(position, order);

        var accepted = (await session.ClosePositionAsync(close, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();

        accepted.Report.ShouldNotBeNull().Status.ShouldBe(OrderStatus.Working);
        await Eventually.True(
            async () => await session.FindOrderAsync(Desk.Key(close.ClientOrderId, accepted.BrokerOrderId),
                CancellationToken.None) is OrderLookup.Found { Report: { Status: OrderStatus.Filled, RealizedPnl: not null } report }
                && report.BrokerOrderId == accepted.BrokerOrderId,
            TimeSpan.FromSeconds(10), "the close is filled");
    }

    [Theory]
    [InlineData("timeout_after")]
    [InlineData("reset_after")]
    [InlineData("http_502_html_after")]
    [InlineData("half_body_after")]
    public async Task A_close_whose_answer_is_lost_is_found_even_after_a_restart(string fault)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var (position, order) = await desk.PositionAsync(session, "EURUSD", quantity: 1m);
        await desk.PriceAsync("EURUSD", 1.10m, 1.10m);
        desk.Http.Timeout = TimeSpan.FromSeconds(1);
        await desk.ArmAsync(fault, "CLOSE_POSITION");
        var close = desk.Close(position, order);

        (await session.ClosePositionAsync(close, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();

        desk.Http.Timeout = TimeSpan.FromSeconds(5);
        var restarted = await desk.Restarted().ConnectAsync();
        var report = (await restarted.FindOrderAsync(Desk.Key(close.ClientOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        (report.Status, report.RealizedPnl, report.BrokerPositionId).ShouldBe((OrderStatus.Filled, 1000m, position.BrokerPositionId));
        (await desk.CallsAsync("CLOSE_POSITION")).ShouldBe(1);
    }

    [Fact]
    public async Task A_close_that_never_arrived_is_absent_and_no_stop_is_taken_for_it()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var (position, order) = await desk.PositionAsync(session, "EURUSD", stopLoss: 1.0850m);
        await desk.ArmAsync("reset_before", "CLOSE_POSITION");
        var close = desk.Close(position, order);

        (await session.ClosePositionAsync(close, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();
        await desk.PriceAsync("EURUSD", 1.0840m, 1.0840m);

        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
        (await session.FindOrderAsync(Desk.Key(close.ClientOrderId, secondsAgo: 10), CancellationToken.None))
            .ShouldBe(new OrderLookup.Absent(true));
    }

    [Fact]
    public async Task The_broker_may_refuse_a_close()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, "EURUSD");
        await desk.PostAsync("session", new { mode = "closed" });

        (await session.ClosePositionAsync(desk.Close(position, order), CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.MarketClosed);

        await desk.PostAsync("session", new { mode = "open" });
        (await session.ClosePositionAsync(desk.Close(position with { BrokerPositionId = "42" }, order), CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.PositionNotFound);
    }

    [Fact]
    public async Task A_close_needs_no_store_and_no_read_to_go_out()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, order) = await desk.PositionAsync(session, "EURUSD");
        desk.State.Fails = true;
        var fresh = await desk.Restarted().ConnectAsync();
        await desk.ArmAsync("http_500_before", "GET_POSITIONS");

        (await fresh.ClosePositionAsync(desk.Close(position, order), CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>().Report
            .ShouldNotBeNull().RealizedPnl.ShouldNotBeNull("history tells the entry price too");
    }
}
