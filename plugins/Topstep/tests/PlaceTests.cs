using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Tests.Support;

namespace TradeFlow.Plugins.Topstep.Tests;

public sealed class PlaceTests
{
    [Theory]
    [InlineData(Side.Buy, 6000.25, 5990.25, 6020.25)]
    [InlineData(Side.Sell, 6000.00, 6010.00, 5980.00)]
    public async Task Stop_and_target_land_on_their_sides_as_signed_ticks(Side side, double entry, double stop, double target)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, side) with { StopLoss = (decimal)stop, TakeProfit = (decimal)target };

        var accepted = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        var report = (await session.FindOrderAsync(Desk.Key(order.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report;
        (report.BrokerOrderId, report.Status, report.AveragePrice, report.FilledQuantity, report.ClientOrderId).ShouldBe(
            (accepted.BrokerOrderId, OrderStatus.Filled, (decimal)entry, 2m, order.ClientOrderId));
        var state = await Desk.StateAsync(session);
        var position = state.Positions.ShouldHaveSingleItem();
        (position.Side, position.Quantity, position.AveragePrice, position.StopLoss, position.TakeProfit, position.ClientOrderId).ShouldBe(
            (side, 2m, (decimal)entry, (decimal)stop, (decimal)target, order.ClientOrderId));
        state.OpenOrders.Count.ShouldBe(2);
        state.OpenOrders.ShouldAllBe(
            leg => leg.IsProtection && leg.ClientOrderId == null && leg.BrokerPositionId == position.BrokerPositionId && leg.Side != side);
        (await desk.LedgerAsync()).ShouldHaveSingleItem().GetProperty("tag").GetString().ShouldBe(order.ClientOrderId);
    }

    [Theory]
    [InlineData(OrderType.Limit, Side.Buy, 5990)]
    [InlineData(OrderType.Stop, Side.Buy, 6010)]
    [InlineData(OrderType.Limit, Side.Sell, 6010)]
    [InlineData(OrderType.Stop, Side.Sell, 5990)]
    public async Task A_pending_order_works_with_its_stops_waiting_until_its_price_comes(OrderType type, Side side, int at)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var up = side is Side.Buy ? 1 : -1;
        var order =
            await desk.OrderAsync(session, side) with { Type = type, Price = at, StopLoss = at - (5 * up), TakeProfit = at + (5 * up) };

        var id = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;

        var waiting = (await Desk.StateAsync(session)).OpenOrders;
        var working = waiting.Single(open => !open.IsProtection);
        (working.BrokerOrderId, working.Status, working.Type, working.Side, working.Price, working.ClientOrderId).ShouldBe(
            (id, OrderStatus.Working, type, side, (decimal)at, order.ClientOrderId));
        waiting.Count(open => open.IsProtection).ShouldBe(2);

        await desk.PriceAsync(at, at);
        var position = (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem();
        (position.StopLoss, position.TakeProfit).ShouldBe((order.StopLoss, order.TakeProfit));
    }

    [Fact]
    public async Task Three_ticks_are_refused_in_the_broker_s_words_although_an_order_id_comes_along()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session) with { StopLoss = 5999.50m };

        var rejected = (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Rejected>();

        rejected.ShouldBe(new OrderOutcome.Rejected(RejectReason.StopTooClose, "OrderRejected",
            "Invalid stop loss ticks (-3). Price should be at least 4 ticks away."));
        (await Desk.StateAsync(session)).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_account_in_the_other_bracket_mode_is_told_what_to_change()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SwitchAsync(new { positionBrackets = true });
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session) with { StopLoss = 5990m };

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldContain("Auto OCO Brackets");
    }

    [Fact]
    public async Task The_same_id_twice_is_one_order()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);

        await session.PlaceAsync(order, default);

        (await session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason
            .ShouldBe(RejectReason.DuplicateClientOrderId);
        (await desk.LedgerAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_not_sent()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session);

        (await session.PlaceAsync(order with { Quantity = 1.5m }, default)).ShouldBeOfType<OrderOutcome.NotSent>();
        (await session.PlaceAsync(order with { Type = OrderType.Limit }, default)).ShouldBeOfType<OrderOutcome.NotSent>();
        (await session.PlaceAsync(order with { StopLoss = 5990m, ReferencePrice = null }, default)).ShouldBeOfType<OrderOutcome.NotSent>();

        (await desk.CallsAsync("PLACE_ORDER")).ShouldBe(0);
    }

    [Fact]
    public async Task Stops_and_targets_of_a_position_are_moved_and_taken_away()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (position, _) = await desk.PositionAsync(session);
        var change =
            new ModifyOrder { Order = Desk.Key(""), BrokerPositionId = position.BrokerPositionId, StopLoss = 5985m, TakeProfit = 0 };

        (await ((IModifyOrders)session).ModifyAsync(change, default)).ShouldBeOfType<OrderOutcome.Accepted>();

        var now = (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem();
        (now.StopLoss, now.TakeProfit).ShouldBe((5985m, null));
    }

    [Fact]
    public async Task A_cancel_of_what_is_filled_says_so_and_of_what_is_canceled_is_done()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var filled = await desk.OrderAsync(session);
        var id = (await session.PlaceAsync(filled, default)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;
        (await session.CancelAsync(Desk.Key(filled.ClientOrderId, id), default)).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText
            .ShouldContain("filled");

        var waiting = await desk.OrderAsync(session) with { Type = OrderType.Limit, Price = 5900m };
        await session.PlaceAsync(waiting, default);
        var found = (await session.FindOrderAsync(Desk.Key(waiting.ClientOrderId), default)).ShouldBeOfType<OrderLookup.Found>().Report;
        (await session.CancelAsync(Desk.Key(waiting.ClientOrderId), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await session.CancelAsync(Desk.Key(waiting.ClientOrderId, found.BrokerOrderId), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await session.CancelAsync(Desk.Key("tf-nobody", "77"), default)).ShouldBeOfType<OrderOutcome.Unknown>();
    }
}
