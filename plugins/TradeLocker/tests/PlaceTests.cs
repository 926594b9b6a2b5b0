using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

public sealed class PlaceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_market_order_is_filled_and_its_stops_belong_to_the_position(bool legsCarryOurId)
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { legsCarryStrategyId = legsCarryOurId });
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.0899m, 1.0900m);
        var order = await desk.OrderAsync(session, "EURUSD", quantity: 0.25m) with { StopLoss = 1.0850m, TakeProfit = 1.1000m };

        var accepted = (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        (report.BrokerOrderId, report.Status, report.Type, report.Side, report.AveragePrice, report.FilledQuantity, report.IsProtection)
            .ShouldBe((accepted.BrokerOrderId, OrderStatus.Filled, OrderType.Market, Side.Buy, 1.0900m, 0.25m, false));
        var state = await Desk.StateAsync(session);
        var position = state.Positions.ShouldHaveSingleItem();
        (position.BrokerPositionId, position.ClientOrderId, position.BrokerSymbol, position.Quantity, position.AveragePrice).ShouldBe(
            (report.BrokerPositionId, order.ClientOrderId, "EURUSD", 0.25m, 1.0900m));
        (position.StopLoss, position.TakeProfit, position.CurrentPrice, position.UnrealizedPnl).ShouldBe(
            (1.0850m, 1.1000m, 1.0899m, -2.5m));
        state.OpenOrders.Count.ShouldBe(2);
        state.OpenOrders.ShouldAllBe(
            leg => leg.IsProtection && leg.ClientOrderId == null && leg.BrokerPositionId == position.BrokerPositionId);
        state.Fills.ShouldHaveSingleItem().BrokerOrderId.ShouldBe(accepted.BrokerOrderId);
        state.Account.ShouldNotBeNull().Equity.ShouldBe(49_997.5m);
        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(1);
    }

    [Theory]
    [InlineData(OrderType.Limit, Side.Buy, 1.0800)]
    [InlineData(OrderType.Stop, Side.Buy, 1.1000)]
    [InlineData(OrderType.Limit, Side.Sell, 1.1000)]
    [InlineData(OrderType.Stop, Side.Sell, 1.0800)]
    public async Task A_limit_or_stop_works_until_its_price_comes(OrderType type, Side side, double at)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.0899m, 1.0900m);
        var price = (decimal)at;
        var order = await desk.OrderAsync(session, "EURUSD", side) with { Type = type, Price = price };

        var id = (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;

        var working = (await Desk.StateAsync(session)).OpenOrders.ShouldHaveSingleItem();
        (working.BrokerOrderId, working.Status, working.Type, working.Side, working.Price, working.IsProtection, working.ClientOrderId)
            .ShouldBe((id, OrderStatus.Working, type, side, price, false, order.ClientOrderId));

        await desk.PriceAsync("EURUSD", price, price);
        var found = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, id), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        (found.Status, found.Type).ShouldBe((OrderStatus.Filled, type));
        (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem().Side.ShouldBe(side);
    }

    [Fact]
    public async Task An_order_that_got_a_part_of_its_quantity_says_how_much()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.ArmAsync("partial_fill", "PLACE_ORDER", ratio: 0.5m);
        var order = await desk.OrderAsync(session, "EURUSD", quantity: 0.4m);

        await session.PlaceAsync(order, CancellationToken.None);

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report;
        (report.Status, report.Quantity, report.FilledQuantity).ShouldBe((OrderStatus.Canceled, 0.4m, 0.2m));
    }

    [Fact]
    public async Task What_cannot_be_sent_is_not_sent()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");

        (await session.PlaceAsync(order with { Instrument = order.Instrument with { BrokerSymbol = "NOSUCH" } }, CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.NotSent>();
        (await session.PlaceAsync(order with { Type = OrderType.Limit }, CancellationToken.None)).ShouldBeOfType<OrderOutcome.NotSent>();
        (await session.PlaceAsync(order with { ClientOrderId = new string('x', 32) }, CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.NotSent>();

        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(0);
    }

    [Fact]
    public async Task Stops_that_the_broker_fills_are_seen_with_what_they_earned()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.0899m, 1.0900m);
        var (position, _) = await desk.PositionAsync(session, "EURUSD", quantity: 1m, takeProfit: 1.0950m, stopLoss: 1.0850m);

        await desk.PriceAsync("EURUSD", 1.0951m, 1.0952m);

        var state = await Desk.StateAsync(session);
        state.Positions.ShouldBeEmpty();
        state.OpenOrders.ShouldBeEmpty();
        var exit = state.Fills.Single(fill => fill.Side is Side.Sell);
        (exit.BrokerPositionId, exit.Price, exit.RealizedPnl).ShouldBe((position.BrokerPositionId, 1.0951m, 510m));
        state.Fills.Single(fill => fill.Side is Side.Buy).RealizedPnl.ShouldBeNull();
    }
}
