using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

public sealed class JournalTests
{
    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var account = await PaperAccount.OpenAsync();
        var first = await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m, stopLoss: 1.05m, takeProfit: 1.20m);
        await account.CloseAsync(first, 0.4m, at: 1.10m);
        await account.FillAsync("XAUUSD", Side.Sell, 1m, at: 2400m);
        await account.Session.PlaceAsync(await account.OrderAsync("GBPUSD", Side.Buy, 1m, type: OrderType.Limit, price: 1.05m), default);
        var before = await account.StateNowAsync();

        await account.RestartAsync();

        var after = await account.StateNowAsync();
        after.Positions.ShouldBe(before.Positions);
        after.OpenOrders.ShouldBe(before.OpenOrders);
        after.Fills.ShouldBe(before.Fills);
        after.Account.ShouldBe(before.Account);
        after.Account!.Balance.ShouldBe(100_400m);
    }

    [Fact]
    public async Task Thousands_of_orders_fit_and_their_history_gets_shorter_once_it_is_old()
    {
        var account = await PaperAccount.OpenAsync();
        var kept = await account.FillAsync("AAPL", Side.Buy, 1m, at: 200m);
        for (var i = 0; i < 800; i++) await account.CloseAsync(await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m), at: 1.0901m);
        var balance = (await account.Session.GetAccountAsync(default)).Balance;
        var pages = account.Stored.Count;
        account.Hand.Advance(TimeSpan.FromDays(8));

        await account.RestartAsync();

        account.Stored.Count.ShouldBeLessThan(pages / 10);
        (await account.Session.GetAccountAsync(default)).Balance.ShouldBe(balance);
        (await account.StateNowAsync()).Positions.ShouldHaveSingleItem().BrokerPositionId.ShouldBe(kept.BrokerPositionId);
        (await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m)).BrokerOrderId.ShouldBe("P1602", "an id is never used twice");
        await account.RestartAsync();
        (await account.StateNowAsync()).Positions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Orders_older_than_the_history_are_not_proven_absent()
    {
        var account = await PaperAccount.OpenAsync();
        for (var i = 0; i < 800; i++) await account.CloseAsync(await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.0900m), at: 1.0901m);
        var sent = account.Hand.GetUtcNow();
        account.Hand.Advance(TimeSpan.FromDays(8));
        await account.RestartAsync();

        (await account.Session.FindOrderAsync(new OrderKey { ClientOrderId = "tf1", SentAt = sent }, default))
            .ShouldBe(new OrderLookup.Absent(Conclusive: false));
        (await account.Session.FindOrderAsync(new OrderKey { ClientOrderId = "never", SentAt = account.Hand.GetUtcNow() }, default))
            .ShouldBe(new OrderLookup.Absent(Conclusive: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_order_whose_write_broke_is_found_or_proven_absent_afterwards(bool written)
    {
        var account = await PaperAccount.OpenAsync();
        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);
        var order = await account.OrderAsync("EURUSD", Side.Buy, 2m, at: 1.09m);
        if (written) account.FailAfterWriting = _ => true;
        else account.FailBeforeWriting = _ => true;

        await Should.ThrowAsync<ConnectorException>(() => account.Session.PlaceAsync(order, default));
        (account.FailAfterWriting, account.FailBeforeWriting) = (null, null);

        var found = await account.Session.FindOrderAsync(
            new OrderKey { ClientOrderId = order.ClientOrderId, SentAt = account.Hand.GetUtcNow() }, default);
        if (written) found.ShouldBeOfType<OrderLookup.Found>().Report.Status.ShouldBe(OrderStatus.Filled);
        else found.ShouldBe(new OrderLookup.Absent(Conclusive: true));
        (await account.StateNowAsync()).Positions.Count.ShouldBe(written ? 2 : 1);
    }

    [Fact]
    public async Task A_session_that_another_one_has_overtaken_reads_again()
    {
        var account = await PaperAccount.OpenAsync();
        var old = account.Session;
        await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);
        await account.RestartAsync();
        for (var i = 0; i < 60; i++) await account.FillAsync("EURUSD", Side.Buy, 1m, at: 1.09m);

        (await old.GetStateAsync(new StateWindow(), default)).Positions.Count.ShouldBe(61);
    }

    [Fact]
    public async Task Orders_at_the_same_time_are_all_in_the_book()
    {
        var account = await PaperAccount.OpenAsync();
        List<PlaceOrder> orders = [];
        for (var i = 0; i < 100; i++) orders.Add(await account.OrderAsync("EURUSD", Side.Buy, 1m, at: 1.09m));

        var outcomes = await Task.WhenAll(orders.Select(order => Task.Run(() => account.Session.PlaceAsync(order, default))));

        outcomes.OfType<OrderOutcome.Accepted>().Select(accepted => accepted.BrokerOrderId).Distinct().Count().ShouldBe(100);
        await account.RestartAsync();
        (await account.StateNowAsync()).Positions.Count.ShouldBe(100);
    }
}
