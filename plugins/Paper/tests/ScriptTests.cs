using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

public sealed class ScriptTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Fill_takes_a_part_of_a_market_order_and_cancels_the_rest()
    {
        var account = await PaperAccount.OpenAsync("fill 0.5");

        var report = Report(await account.PlaceAsync(quantity: 1m));

        (report.Status, report.Quantity, report.FilledQuantity, report.AveragePrice).ShouldBe((OrderStatus.Canceled, 1m, 0.5m, 1.09m));
        account.Hand.Advance(Second);
        var state = await account.StateNowAsync();
        state.Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.5m);
        state.Fills.ShouldHaveSingleItem().Quantity.ShouldBe(0.5m);
        state.OpenOrders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fill_takes_a_part_of_a_limit_order_and_the_rest_a_second_later()
    {
        var account = await PaperAccount.OpenAsync("fill 0.3");

        var first = Report(await account.PlaceAsync(OrderType.Limit, 1m, price: 2m));

        (first.Status, first.FilledQuantity).ShouldBe((OrderStatus.PartiallyFilled, 0.3m));
        (await account.StateNowAsync()).OpenOrders.ShouldHaveSingleItem().FilledQuantity.ShouldBe(0.3m);
        account.Hand.Advance(Second);
        var state = await account.StateNowAsync();
        state.OpenOrders.ShouldBeEmpty();
        state.Fills.Select(fill => (fill.BrokerFillId, fill.Quantity)).ShouldBe([("P1-1", 0.3m), ("P1-2", 0.7m)]);
        var position = state.Positions.ShouldHaveSingleItem();
        (position.Quantity, position.AveragePrice).ShouldBe(
            (1m, Math.Round((0.3m * state.Fills[0].Price) + (0.7m * state.Fills[1].Price), 10)));
        var found = (await account.FindAsync(account.LastClientOrderId)).ShouldBeOfType<OrderLookup.Found>().Report;
        (found.Status, found.FilledQuantity, found.AveragePrice).ShouldBe((OrderStatus.Filled, 1m, position.AveragePrice));
    }

    [Fact]
    public async Task Fill_waits_with_a_limit_that_is_not_reached_until_it_is()
    {
        var account = await PaperAccount.OpenAsync("fill 0.5");
        var waiting = Report(await account.PlaceAsync(OrderType.Limit, 1m, price: 1.05m));
        waiting.Status.ShouldBe(OrderStatus.Working);

        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.04m);

        var found = (await account.FindAsync("tf1")).ShouldBeOfType<OrderLookup.Found>().Report;
        (found.Status, found.FilledQuantity).ShouldBe((OrderStatus.PartiallyFilled, 0.5m));
    }

    [Fact]
    public async Task The_rest_of_a_part_can_be_cancelled_or_made_smaller_but_not_below_the_part()
    {
        var account = await PaperAccount.OpenAsync("fill 0.5");
        var order = Report(await account.PlaceAsync(OrderType.Limit, 1m, price: 2m));
        var key = new OrderKey { ClientOrderId = account.LastClientOrderId, BrokerOrderId = order.BrokerOrderId };
        var modify = account.Session.ShouldBeAssignableTo<IModifyOrders>().ShouldNotBeNull();

        (await modify.ModifyAsync(new ModifyOrder { Order = key, Quantity = 0.5m }, default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason
            .ShouldBe(RejectReason.InvalidQuantity);
        Report(await modify.ModifyAsync(new ModifyOrder { Order = key, Quantity = 0.8m }, default)).Quantity.ShouldBe(0.8m);
        var canceled = Report(await account.Session.CancelAsync(key, default));

        (canceled.Status, canceled.FilledQuantity).ShouldBe((OrderStatus.Canceled, 0.5m));
        account.Hand.Advance(Second);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(0.5m);
    }

    [Theory]
    [InlineData(0.01, null)]
    [InlineData(0.03, 0.01)]
    [InlineData(0.05, 0.02)]
    public async Task A_part_is_rounded_down_to_a_step_and_is_never_nothing(double quantity, double? part)
    {
        var account = await PaperAccount.OpenAsync("fill 0.5");

        var report = Report(await account.PlaceAsync(quantity: (decimal)quantity));

        report.FilledQuantity.ShouldBe((decimal)(part ?? quantity));
        report.Status.ShouldBe(part is null ? OrderStatus.Filled : OrderStatus.Canceled);
    }

    [Fact]
    public async Task Reject_refuses_the_next_order_in_these_words()
    {
        var account = await PaperAccount.OpenAsync("""reject "Not enough margin; ask again" """);

        var refused = (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>();

        refused.BrokerText.ShouldBe("Not enough margin; ask again");
        (await account.FindAsync(account.LastClientOrderId)).ShouldBe(new OrderLookup.Absent(Conclusive: true));
        Report(await account.PlaceAsync()).Status.ShouldBe(OrderStatus.Filled);
    }

    [Fact]
    public async Task Delay_books_at_once_answers_later_and_holds_up_nobody_else()
    {
        var account = await PaperAccount.OpenAsync("delay 1500ms");

        var slow = account.PlaceAsync();

        Waits(account);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem();
        Report(await account.PlaceAsync()).Status.ShouldBe(OrderStatus.Filled);
        account.Hand.Advance(TimeSpan.FromMilliseconds(1499));
        slow.IsCompleted.ShouldBeFalse();
        account.Hand.Advance(TimeSpan.FromMilliseconds(1));
        Report(await slow).Status.ShouldBe(OrderStatus.Filled);
    }

    [Fact]
    public async Task A_caller_who_does_not_wait_for_a_delayed_answer_has_an_unknown_that_is_found()
    {
        var account = await PaperAccount.OpenAsync("delay 2s");
        using var patience = new CancellationTokenSource();
        var slow = account.Session.PlaceAsync(await account.OrderAsync("EURUSD", Side.Buy, 1m, at: 1.09m), patience.Token);
        Waits(account);

        await patience.CancelAsync();

        (await slow).ShouldBeOfType<OrderOutcome.Unknown>();
        (await account.FindAsync("tf1")).ShouldBeOfType<OrderLookup.Found>().Report.Status.ShouldBe(OrderStatus.Filled);
    }

    [Fact]
    public async Task Lose_books_once_and_answers_unknown()
    {
        var account = await PaperAccount.OpenAsync("lose");
        var order = await account.OrderAsync("EURUSD", Side.Buy, 1m, at: 1.09m);

        (await account.Session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Unknown>().BrokerOrderId.ShouldBeNull();

        (await account.FindAsync("tf1")).ShouldBeOfType<OrderLookup.Found>().Report.Status.ShouldBe(OrderStatus.Filled);
        (await account.Session.PlaceAsync(order, default)).ShouldBeOfType<OrderOutcome.Rejected>().Reason
            .ShouldBe(RejectReason.DuplicateClientOrderId);
        await account.RestartAsync();
        (await account.StateNowAsync()).Fills.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Drop_books_nothing_and_answers_unknown()
    {
        var account = await PaperAccount.OpenAsync("drop");

        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Unknown>();

        (await account.FindAsync("tf1")).ShouldBe(new OrderLookup.Absent(Conclusive: true));
        (await account.StateNowAsync()).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Steps_are_taken_in_order_and_after_the_last_one_all_is_ordinary()
    {
        var account = await PaperAccount.OpenAsync("""pass; reject "no"; drop""");

        (await KindsAsync(account, 5)).ShouldBe(["Accepted", "Rejected", "Unknown", "Accepted", "Accepted"]);
    }

    [Fact]
    public async Task Repeat_starts_over()
    {
        var account = await PaperAccount.OpenAsync("""reject "no"; pass; repeat""");

        (await KindsAsync(account, 5)).ShouldBe(["Rejected", "Accepted", "Rejected", "Accepted", "Rejected"]);
    }

    [Fact]
    public async Task Closes_and_orders_that_are_refused_anyway_take_no_step()
    {
        var account = await PaperAccount.OpenAsync("""pass; reject "no" """);
        var opened = Report(await account.PlaceAsync());

        await account.CloseAsync(opened, at: 1.10m);
        (await account.PlaceAsync(quantity: 0.001m)).ShouldBeOfType<OrderOutcome.Rejected>().Reason.ShouldBe(RejectReason.InvalidQuantity);

        (await account.PlaceAsync()).ShouldBeOfType<OrderOutcome.Rejected>().BrokerText.ShouldBe("no");
    }

    private static OrderReport Report(OrderOutcome outcome) => outcome.ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();

    private static async Task<List<string>> KindsAsync(PaperAccount account, int orders)
    {
        List<string> kinds = [];
        for (var i = 0; i < orders; i++) kinds.Add((await account.PlaceAsync()).GetType().Name);
        return kinds;
    }

    // An order is booked without a pause on this store, so what is still going on waits for the clock.
    private static void Waits(PaperAccount account) => account.Hand.Waiting.ShouldBe(1);
}
