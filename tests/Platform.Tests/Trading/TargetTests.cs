using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class TargetTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    public static readonly TheoryData<decimal, decimal, bool, string> Ways = Both(
        (0, 1, "FILLED"), (0, -2, "FILLED"), (1, 3, "FILLED"), (-1, -1.5m, "FILLED"), (3, 1, "FILLED"), (-2, -0.5m, "FILLED"),
        (2, 0, "FILLED"), (-2, 0, "FILLED"), (1, -1, "FILLED"), (-2, 3, "FILLED"), (1, 1, "already_there"), (0, 0, "already_there"));

    private static TheoryData<decimal, decimal, bool, string> Both(params (decimal From, decimal To, string Outcome)[] ways)
    {
        TheoryData<decimal, decimal, bool, string> data = [];
        foreach (var (from, to, outcome) in ways)
        {
            data.Add(from, to, false, outcome);
            data.Add(from, to, true, outcome);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_target_goes_from_what_is_held_to_where_the_strategy_is(decimal from, decimal to, bool netting, string outcome)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(at => at.IsNetting = netting);
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        if (from != 0) broker.OpenByHand("EURUSD", from > 0 ? Side.Buy : Side.Sell, Math.Abs(from));
        if (!netting && from != 0) broker.OpenByHand("GBPUSD", Side.Sell, 5);

        var answer = await rig.RunAsync(account, Intents.Target(to, from));

        (answer.RejectCode ?? answer.Status).ShouldBe(outcome);
        answer.Gap.ShouldBeNull();
        HeldBy(broker).ShouldBe(to);
        broker.Ledger.Count.ShouldBe(outcome == "FILLED" ? from * to < 0 ? 2 : 1 : 0);
    }

    // What is entered is named, and not where it ends: a position of the side is left alone, unless it is the strategy's order, which nets
    // and adds.
    [Theory]
    [InlineData(0, 1, false, 1)]
    [InlineData(-2, 1, false, 1)]
    [InlineData(2, 1, false, 2)]
    [InlineData(0, 1, true, 1)]
    [InlineData(-1, 3, true, 2)]
    [InlineData(-3, 1, true, -2)]
    [InlineData(-1, 1, true, 0)]
    [InlineData(1, 1, true, 2)]
    public async Task A_target_of_an_entry_goes_as_far_as_its_sender_means(int from, int entry, bool isOrder, int to)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        if (from != 0) broker.OpenByHand("EURUSD", from > 0 ? Side.Buy : Side.Sell, Math.Abs(from));

        var answer = await rig.RunAsync(account,
            Intents.Target(entry, null) with { Target = new TargetRule { Position = HeldSide.Long, Entry = entry, IsOrder = isOrder } });

        (answer.RejectCode ?? answer.Status).ShouldBe(from == to ? "already_there" : "FILLED");
        HeldBy(broker).ShouldBe(to);
    }

    [Fact]
    public async Task On_a_hedging_account_the_sides_are_summed()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("EURUSD", Side.Buy, 2);

        (await rig.RunAsync(account, Intents.Target(3, 3))).RejectCode.ShouldBe(OrderCodes.AlreadyThere);
        (await rig.RunAsync(account, Intents.Target(1.5m, 3))).FilledQty.ShouldBe(1.5m);
        HeldBy(broker).ShouldBe(1.5m);
        broker.OpenByHand("EURUSD", Side.Sell, 1);
        (await rig.RunAsync(account, Intents.Target(0, 1.5m))).Status.ShouldBe("FILLED");
        broker.Positions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, -1, 0, 403)]
    [InlineData(0, 1, 0, 403)]
    [InlineData(1, 3, 1, 403)]
    [InlineData(3, 1, 1, 200)]
    [InlineData(3, 0, 0, 200)]
    public async Task What_keeps_it_from_entering_keeps_it_from_getting_out_of_nothing(decimal from, decimal to, decimal left, int status)
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var broker = rig.Broker.Of(account.Id);
        if (from != 0) broker.OpenByHand("EURUSD", from > 0 ? Side.Buy : Side.Sell, Math.Abs(from));
        var order = await rig.SendAsync(account, Intents.Target(to, from));
        await rig.SqlAsync($$"""select trading.refuse_entry_half('{{order}}', '{"status":403,"code":"risk.open_positions","error":"Max open positions: 5","limit":5,"value":5}')""");
        await rig.RunAsync();

        var answered = Answered(await rig.AnswerAsync(order));

        HeldBy(broker).ShouldBe(left);
        answered.Status.ShouldBe(status);
        if (status != 403) return;
        answered.Code.ShouldBe("risk.open_positions");
        answered.Root.GetProperty("limit").GetDecimal().ShouldBe(5);
        answered.Root.TryGetProperty("note", out _).ShouldBe(from * to < 0);
        (await rig.TradesAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task A_missed_message_is_told_and_the_target_is_reached_all_the_same()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);

        var answered = Answered(await rig.RunAsync(account, Intents.Target(-1, before: 1)));

        HeldBy(broker).ShouldBe(-1);
        (answered.Status, answered.Root.GetProperty("gap").GetBoolean()).ShouldBe((200, true));
        (await rig.ScalarAsync<string>($"select text from live.notifications where tenant_id = '{account.Tenant}' and kind = 'gap'"))
            .ShouldContain("it was long 1 in EURUSD before this one, and the account holds nothing");
    }

    [Theory]
    [InlineData(0, 1, 2, 0, 409)]
    [InlineData(1, -1, 0, 0, 409)]
    [InlineData(3, 1, 2, 1, 200)]
    [InlineData(1, 0, 2, 0, 200)]
    [InlineData(1, 2, 1, 2, 200)]
    public async Task An_account_that_holds_after_a_gap_enters_nothing(decimal held, decimal to, decimal before, decimal left, int status)
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        await rig.SqlAsync($"update accounts.accounts set on_gap = 'hold' where id = '{account.Id}'");
        var broker = rig.Broker.Of(account.Id);
        if (held != 0) broker.OpenByHand("EURUSD", Side.Buy, held);
        await rig.RunAsync();
        await rig.HoldsAsync(account);

        var answered = Answered(await rig.RunAsync(account, Intents.Target(to, before)));

        HeldBy(broker).ShouldBe(left);
        answered.Status.ShouldBe(status);
        if (status == 409) answered.Code.ShouldBe("signal.gap");
    }

    [Theory]
    [InlineData(0, 1, -1)] // in and round
    [InlineData(0, 1, 0)] // in and out
    [InlineData(1, 0, 1)] // out and in again
    [InlineData(1, 2, 3)]
    [InlineData(2, 1, -1)]
    public async Task Two_messages_of_one_second_end_at_the_later_one_in_either_order(decimal start, decimal middle, decimal end)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        foreach (var swapped in new[] { false, true })
        {
            var account = await rig.AccountAsync();
            await rig.HoldsAsync(account);
            var broker = rig.Broker.Of(account.Id);
            if (start != 0) broker.OpenByHand("EURUSD", Side.Buy, start);
            var second = DateTimeOffset.UtcNow;
            var (first, last) = (Intents.Target(middle, start, second), Intents.Target(end, middle, second));

            await rig.RunAsync(account, swapped ? last : first);
            var answer = await rig.RunAsync(account, swapped ? first : last);

            HeldBy(broker).ShouldBe(end, $"swapped: {swapped}");
            (Answered(answer).Root.GetProperty("status").GetString() == "superseded").ShouldBe(swapped);
        }
    }

    [Fact]
    public async Task By_a_size_of_its_own_the_account_enters_that_and_follows_in_proportion()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);

        await Held(10, 0, 0.6m);
        await Held(10, 10, 0.6m);
        await Held(5, 10, 0.3m);
        await Held(10, 5, 0.6m);
        await Held(-4, 10, -0.6m);
        await Held(0, -4, 0);

        async Task Held(decimal now, decimal before, decimal expected)
        {
            await rig.RunAsync(account, Intents.Target(now, before) with { Size = now == 0 ? null : new SizeRule(SizeMode.Units, 60_000) });
            HeldBy(broker).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task The_accounts_factor_scales_where_the_strategy_is()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(multiplier: 0.5m);
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);

        foreach (var (now, before) in new[] { (2m, 0m), (3m, 2m), (1m, 3m), (-2m, 1m) })
        {
            (await rig.RunAsync(account, Intents.Target(now, before))).Gap.ShouldBeNull();
            HeldBy(broker).ShouldBe(now / 2);
        }
    }

    [Theory]
    [InlineData(0, 1, new[] { false })]
    [InlineData(1, 3, new[] { true })]
    [InlineData(3, 1, new[] { true })]
    [InlineData(2, 0, new[] { true })]
    [InlineData(1, -1, new[] { true, false })] // the second shows it flat, and what comes then is an entry
    public async Task What_is_held_is_read_once_because_brokers_count_their_reads(decimal from, decimal to, bool[] readsForExits)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(at => at.IsNetting = true);
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        if (from != 0) broker.OpenByHand("EURUSD", Side.Buy, from);
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from trading.positions where account_id = '{account.Id}' and status = 'OPEN'") == (from == 0 ? 0 : 1),
            TimeSpan.FromSeconds(10), "the books know it");
        broker.ReadsOfOrders.Clear();

        (await rig.RunAsync(account, Intents.Target(to, from))).Status.ShouldBe("FILLED");

        HeldBy(broker).ShouldBe(to);
        broker.ReadsOfOrders.ShouldBe(readsForExits);
    }

    [Fact]
    public async Task A_broker_that_shows_a_fill_late_is_not_asked_for_it_twice()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Target(1, 0));
        var readings = 0;
        broker.Bend = state => Interlocked.Increment(ref readings) <= 3 ? state with { Positions = [] } : state;

        var second = await rig.RunAsync(account, Intents.Target(2, 1));

        (second.Qty, second.Gap).ShouldBe((1m, null));
        HeldBy(broker).ShouldBe(2);
    }

    [Fact]
    public async Task After_an_entry_whose_answer_was_lost_only_what_is_missing_is_added()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(at => at.Next(Move.LoseAnswer));
        await rig.HoldsAsync(account);

        var first = await rig.SendAsync(account, Intents.Target(1, 0));
        var second = await rig.SendAsync(account, Intents.Target(2, 1));

        await rig.StatusAsync(first, "FILLED");
        await rig.StatusAsync(second, "FILLED");
        HeldBy(rig.Broker.Of(account.Id)).ShouldBe(2);
        (await rig.RowAsync(second)).Qty.ShouldBe(1);
    }

    private static decimal HeldBy(ScriptedAccount broker) =>
        broker.Positions.Where(position => position.BrokerSymbol.StartsWith("EURUSD", StringComparison.Ordinal))
            .Sum(position => position.Side == Side.Buy ? position.Quantity : -position.Quantity);

    private static (int Status, string? Code, System.Text.Json.JsonElement Root) Answered(OrderView view)
    {
        var answer = TradeFlow.Platform.Alerts.Attempts.Answer.Of(view, new OrderId(view.Id), new WebhookId(Guid.NewGuid()), 1);
        return (answer.Status, answer.Code, System.Text.Json.JsonDocument.Parse(answer.Json).RootElement);
    }
}
