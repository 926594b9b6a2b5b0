using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Tests.Support;

namespace TradeFlow.Plugins.TradeLocker.Tests;

public sealed class ChangeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_working_order_is_cancelled_by_either_id(bool byBrokerId)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (order, id) = await LimitAsync(desk, session);

        (await session.CancelAsync(Desk.Key(order.ClientOrderId, byBrokerId ? id : null), CancellationToken.None))
            .ShouldBe(new OrderOutcome.Accepted(id));

        (await Desk.StateAsync(session)).OpenOrders.ShouldBeEmpty();
        (await session.FindOrderAsync(Desk.Key(order.ClientOrderId, id), CancellationToken.None))
            .ShouldBeOfType<OrderLookup.Found>().Report.Status.ShouldBe(OrderStatus.Canceled);
        (await desk.CallsAsync("CANCEL_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_was_filled_meanwhile_is_not_reported_as_cancelled()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var order = await desk.OrderAsync(session, "EURUSD");
        var id = (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId;

        (await session.CancelAsync(Desk.Key(order.ClientOrderId, id), CancellationToken.None))
            .ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldContain("Filled");
    }

    [Fact]
    public async Task A_cancel_of_an_order_that_nobody_shows_is_unknown()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();

        (await session.CancelAsync(Desk.Key(desk.NextId(), "4711"), CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();
        (await session.CancelAsync(Desk.Key(desk.NextId()), CancellationToken.None)).ShouldBeOfType<OrderOutcome.NotSent>();
    }

    [Theory]
    [InlineData("reset_after")]
    [InlineData("http_500_before")]
    public async Task A_cancel_whose_answer_is_lost_is_unknown_and_sent_once(string fault)
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (order, id) = await LimitAsync(desk, session);
        await desk.ArmAsync(fault, "CANCEL_ORDER");

        (await session.CancelAsync(Desk.Key(order.ClientOrderId, id), CancellationToken.None)).ShouldBeOfType<OrderOutcome.Unknown>();

        (await desk.CallsAsync("CANCEL_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task Price_quantity_and_stops_of_a_working_order_change()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        var (order, id) = await LimitAsync(desk, session);

        (await Changing(session).ModifyAsync(new ModifyOrder
        {
            Order = Desk.Key(order.ClientOrderId, id), Price = 1.0700m, Quantity = 0.3m, StopLoss = 1.0600m
        }, CancellationToken.None)).ShouldBe(new OrderOutcome.Accepted(id));

        var changed = (await Desk.StateAsync(session)).OpenOrders.ShouldHaveSingleItem();
        (changed.Price, changed.Quantity).ShouldBe((1.0700m, 0.3m));
        (await desk.CallsAsync("MODIFY_ORDER")).ShouldBe(1);
    }

    [Fact]
    public async Task A_positions_stops_are_set_moved_and_taken_away()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var (position, order) = await desk.PositionAsync(session, "EURUSD");
        async Task<PositionReport> ChangedAsync(decimal? stop, decimal? target)
        {
            (await Changing(session).ModifyAsync(new ModifyOrder
            {
                Order = Desk.Key(order.ClientOrderId), BrokerPositionId = position.BrokerPositionId, StopLoss = stop, TakeProfit = target
            }, CancellationToken.None))
                .ShouldBeOfType<OrderOutcome.Accepted>();
            return (await Desk.StateAsync(session)).Positions.ShouldHaveSingleItem();
        }

        (await ChangedAsync(1.08m, 1.12m))
            .ShouldSatisfyAllConditions(now => now.StopLoss.ShouldBe(1.08m), now => now.TakeProfit.ShouldBe(1.12m));
        (await ChangedAsync(1.085m, null))
            .ShouldSatisfyAllConditions(now => now.StopLoss.ShouldBe(1.085m), now => now.TakeProfit.ShouldBe(1.12m));
        (await ChangedAsync(null, 0))
            .ShouldSatisfyAllConditions(now => now.StopLoss.ShouldBe(1.085m), now => now.TakeProfit.ShouldBeNull());
    }

    [Fact]
    public async Task A_stop_on_the_wrong_side_is_refused_in_the_brokers_words()
    {
        await using var desk = await Desk.OpenAsync();
        var session = await desk.ConnectAsync();
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var (position, order) = await desk.PositionAsync(session, "EURUSD");

        var outcome = await Changing(session).ModifyAsync(new ModifyOrder
        {
            Order = Desk.Key(order.ClientOrderId), BrokerPositionId = position.BrokerPositionId, StopLoss = 1.20m
        }, CancellationToken.None);

        outcome.ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.StopTooClose);
    }

    private static IModifyOrders Changing(IBrokerConnector session) => session.ShouldBeAssignableTo<IModifyOrders>().ShouldNotBeNull();

    private static async Task<(PlaceOrder Order, string Id)> LimitAsync(Desk desk, IBrokerConnector session)
    {
        await desk.PriceAsync("EURUSD", 1.09m, 1.09m);
        var order = await desk.OrderAsync(session, "EURUSD") with { Type = OrderType.Limit, Price = 1.08m };
        return (order, (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>().BrokerOrderId);
    }
}
