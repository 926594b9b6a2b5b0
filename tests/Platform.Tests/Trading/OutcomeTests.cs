using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class OutcomeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_refusal_ends_the_order_with_the_brokers_words_and_counts_no_trade()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.Reject);

        var answer = await rig.RunAsync(account, Intents.Open());

        (answer.Status, answer.RejectCode, answer.RejectReason).ShouldBe(("REJECTED", OrderCodes.BrokerRejected, "Not enough margin."));
        (await rig.TradesAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task An_order_that_never_left_is_tried_once_more_with_the_same_id()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.NotSent, Move.Fill);

        var answer = await rig.RunAsync(account, Intents.Open());

        answer.Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).Placed.Select(order => order.ClientOrderId).ShouldBe([answer.ClientOrderId, answer.ClientOrderId]);
        rig.Broker.Of(account.Id).Ledger.Count.ShouldBe(1);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task An_entry_that_never_leaves_ends_as_unreachable()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.NotSent, Move.NotSent, Move.Fill);

        var answer = await rig.RunAsync(account, Intents.Open());

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.BrokerUnreachable));
        rig.Broker.Of(account.Id).Ledger.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Move.LoseAnswer)]
    [InlineData(Move.Hang)]
    public async Task A_lost_answer_is_unknown_then_found_and_never_sent_again(object move)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, (Move)move);

        var order = await rig.SendAsync(account, Intents.Open());

        await rig.StatusAsync(order, "FILLED", 20);
        rig.Broker.Of(account.Id).Ledger.Count.ShouldBe(1);
        rig.Broker.Of(account.Id).Placed.Count.ShouldBe(1);
        (await rig.TradesAsync(account)).ShouldBe(1);
        (await KindsAsync(rig, order)).ShouldContain("unknown");
    }

    [Theory]
    [InlineData(Move.LoseRequest)]
    [InlineData(Move.Throw)]
    public async Task A_proven_absence_ends_the_order_and_only_a_second_look_proves_it(object move)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, (Move)move);

        var order = await rig.SendAsync(account, Intents.Open());

        await rig.StatusAsync(order, "UNKNOWN");
        await rig.StatusAsync(order, "REJECTED");
        var row = await rig.RowAsync(order);
        row.RejectCode.ShouldBe(OrderCodes.NotPlaced);
        row.Looks.ShouldBeGreaterThanOrEqualTo(1);
        rig.Broker.Of(account.Id).Placed.Count.ShouldBe(1);
        (await rig.TradesAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task An_order_that_appears_late_is_adopted()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.LoseAnswer);
        var broker = rig.Broker.Of(account.Id);
        broker.HidesOrders = true;
        broker.ConclusiveAbsence = false;
        var order = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(order, "UNKNOWN");
        await Eventually.True(async () => (await rig.RowAsync(order)).Looks >= 3, TimeSpan.FromSeconds(15), "it was looked for");

        broker.HidesOrders = false;

        await rig.StatusAsync(order, "FILLED", 20);
        broker.Ledger.Count.ShouldBe(1);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task An_absence_that_proves_nothing_asks_a_person()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.LoseRequest);
        rig.Broker.Of(account.Id).ConclusiveAbsence = false;
        var order = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(order, "UNKNOWN");

        await rig.SqlAsync($"update trading.orders set sent_at = sent_at - interval '11 minutes' where id = '{order}'");

        await Eventually.True(async () => (await rig.RowAsync(order)).NeedsReview, TimeSpan.FromSeconds(20), "a person is asked");
        (await rig.RowAsync(order)).Status.ShouldBe("UNKNOWN");
        (await rig.ScalarAsync<long>(
            $"select count(*) from live.notifications where tenant_id = '{account.Tenant}' and kind = 'order.needs_review'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_broker_that_answers_with_an_id_only_is_asked_for_the_fill()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, Move.FillSilently);

        var answer = await rig.RunAsync(account, Intents.Open());

        (answer.Status, answer.AvgPrice).ShouldBe(("FILLED", 1.09m));
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task The_numbers_are_committed_before_they_are_sent()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.HoldSends = new TaskCompletionSource();

        var order = await rig.SendAsync(account,
            Intents.Open() with { StopLoss = new PriceRule(PriceMode.Price, 1.0850m), TakeProfit = new PriceRule(PriceMode.Rr, 2) });
        await Eventually.True(() => !broker.Placed.IsEmpty, TimeSpan.FromSeconds(5), "the order is being sent");
        var row = await rig.RowAsync(order);
        broker.HoldSends.SetResult();

        (row.Status, row.Qty, row.StopLoss, row.TakeProfit).ShouldBe(("SENDING", 1m, 1.0850m, 1.1000m));
        broker.Placed.Single().TakeProfit.ShouldBe(1.1000m);
        (await rig.AnswerAsync(order)).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task A_wrong_stop_is_refused_by_field_and_nothing_is_sent()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);

        var answer = await rig.RunAsync(account, Intents.Open() with { StopLoss = new PriceRule(PriceMode.Price, 1.2m) });

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.SignalInvalid));
        answer.Errors!.Keys.ShouldBe(["intent.sl.value"]);
        rig.Broker.Of(account.Id).Placed.ShouldBeEmpty();
    }

    private static async Task<TestAccount> AccountAsync(TradingRig rig, params Move[] moves)
    {
        var account = await rig.AccountAsync();
        rig.Broker.Of(account.Id).Next(moves);
        await rig.HoldsAsync(account);
        return account;
    }

    private static async Task<string[]> KindsAsync(TradingRig rig, OrderId order) =>
        await rig.ScalarAsync<string[]>($"select array_agg(kind order by id) from trading.order_events where order_id = '{order}'");
}
