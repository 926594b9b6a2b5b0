using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// Symbols and sizes on the way of an order: the account's own names, futures that roll, and what a signal of the same second leaves
/// behind.
/// </summary>
public sealed class SymbolTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string December = "CON.F.US.MES.Z26";
    private const string March = "CON.F.US.MES.H27";

    [Fact]
    public async Task A_mapped_symbol_is_entered_and_left_under_the_brokers_name_in_its_size()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        rig.Broker.Instruments["MNQ1!"] = OrderPricesTests.Make("MNQ1!", 0.25m, "future", 2, step: 1,
            tickValue: 0.5m) with { BrokerSymbol = "CON.F.US.MNQ.Z26" };
        rig.Broker.Instruments["MNQZ2026"] = rig.Broker.Instruments["MNQ1!"];
        var account = await MappedAsync(rig, ("NQ", "MNQ", 10));

        var opened = await rig.RunAsync(account, Intents.Open(2, symbol: "NQ1!"));

        opened.Status.ShouldBe("FILLED", opened.RejectReason);
        var position = rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem();
        (position.BrokerSymbol, position.Quantity).ShouldBe(("CON.F.US.MNQ.Z26", 20));

        (await rig.RunAsync(account, Intents.Close(0.5m, symbol: "NQ1!"))).Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(15);
        (await rig.RunAsync(account, Intents.Close(symbol: "NQZ2026"))).RejectCode.ShouldBeNull();
        rig.Broker.Of(account.Id).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_suffix_counts_for_every_symbol_without_a_line_and_a_position_from_before_is_still_found()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        rig.Broker.Instruments["EURUSD.PRO"] = OrderPricesTests.Make("EURUSDPRO", 0.00001m, "forex",
            100_000) with { BrokerSymbol = "EURUSD.PRO" };
        var account = await MappedAsync(rig, ("*", "*.PRO", 1));
        rig.Broker.Of(account.Id).OpenByHand("GBPUSD", Side.Buy, 1);

        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).Placed.ShouldHaveSingleItem().Instrument.BrokerSymbol.ShouldBe("EURUSD.PRO");
        (await rig.RunAsync(account, Intents.Close(symbol: "GBPUSD"))).Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem().BrokerSymbol.ShouldBe("EURUSD.PRO");
    }

    [Fact]
    public async Task A_symbol_that_was_mapped_a_moment_ago_is_entered_and_left_before_the_worker_has_been_told()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        rig.Broker.Instruments["MNQ1!"] = OrderPricesTests.Make("MNQ1!", 0.25m, "future", 2, step: 1,
            tickValue: 0.5m) with { BrokerSymbol = "CON.F.US.MNQ.Z26" };
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);

        await MapAsync(rig, account, "NQ", "MNQ", 10);
        (await rig.RunAsync(account, Intents.Open(2, symbol: "NQ1!"))).RejectReason.ShouldBeNull();
        rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem().Quantity.ShouldBe(20);

        await MapAsync(rig, account, "WALLSTREET", "MNQ", 1);
        (await rig.RunAsync(account, Intents.Close(symbol: "WALLSTREET"))).RejectCode.ShouldBeNull();
        rig.Broker.Of(account.Id).Positions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_roll_an_exit_follows_the_contract_that_is_held_and_an_entry_takes_the_new_one(bool reverse)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        rig.Broker.Instruments["MES1!"] = Future("MES1!", December);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        (await rig.RunAsync(account, Intents.Open(2, symbol: "MES1!"))).Status.ShouldBe("FILLED");
        rig.Broker.Instruments["MES1!"] = Future("MES1!", March);
        rig.Broker.Instruments["MESZ2026"] = Future("MESZ2026", December);

        if (reverse)
        {
            (await rig.RunAsync(account, Intents.Reverse(TradeSide.Sell, 1, "MES1!"))).Status.ShouldBe("FILLED");
            var position = rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem();
            (position.BrokerSymbol, position.Side, position.Quantity).ShouldBe((March, Side.Sell, 1));
        }
        else
        {
            (await rig.RunAsync(account, Intents.Close(symbol: "MES1!"))).Status.ShouldBe("FILLED");
            rig.Broker.Of(account.Id).Positions.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_size_whose_currency_cannot_be_converted_is_refused_and_nothing_is_sent()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.SqlAsync($"update accounts.accounts set currency = 'CHF' where id = '{account.Id}'");
        rig.Broker.Of(account.Id).Bend = state => state with { Account = null };
        rig.Broker.Instruments["EURSEK"] = OrderPricesTests.Make("EURSEK", 0.00001m, "forex", 100_000, quote: "SEK");
        await rig.HoldsAsync(account);

        var answer = await rig.RunAsync(account, new TradeIntent
        {
            Action = TradeAction.Open, Side = TradeSide.Buy, Symbol = "EURSEK", Size = new SizeRule(SizeMode.RiskMoney, 100),
            StopLoss = new PriceRule(PriceMode.Pips, 20),
        });

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.NoRate));
        answer.RejectReason!.ShouldContain("SEK");
        rig.Broker.Of(account.Id).Ledger.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_close_and_an_entry_of_the_same_second_end_with_the_entry_alone()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(broker => broker.Latency = TimeSpan.FromMilliseconds(3));
        await rig.HoldsAsync(account);
        // As TradingView sends what strategy.entry turns round: a close of the old side, then the new one, again and again.
        List<(OrderId Close, OrderId Open)> sent = [];
        for (var turn = 0; turn < 15; turn++)
        {
            var side = turn % 2 == 0 ? TradeSide.Buy : TradeSide.Sell;
            sent.Add((await rig.SendAsync(account, Intents.Close()), await rig.SendAsync(account, Intents.Open(1, side))));
        }

        foreach (var (_, open) in sent) (await rig.AnswerAsync(open, 30)).Status.ShouldBe("FILLED");

        var position = rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem();
        (position.Side, position.Quantity).ShouldBe((Side.Buy, 1));
        (await rig.AnswerAsync(sent[0].Close)).RejectCode.ShouldBe(OrderCodes.NothingToClose);
        foreach (var (close, _) in sent.Skip(1)) (await rig.AnswerAsync(close)).Status.ShouldBe("FILLED");
    }

    private static Instrument Future(string symbol, string brokerSymbol) =>
        OrderPricesTests.Make(symbol, 0.25m, "future", 5, step: 1, tickValue: 1.25m) with { BrokerSymbol = brokerSymbol };

    private static Task MapAsync(TradingRig rig, TestAccount account, string symbol, string target, decimal factor) => rig.SqlAsync($"""
        insert into accounts.symbol_map (account_id, tenant_id, symbol, target, factor)
        values ('{account.Id}', '{account.Tenant}', '{symbol}', '{target}', {factor})
        """);

    private static async Task<TestAccount> MappedAsync(TradingRig rig, params (string Symbol, string Target, decimal Factor)[] rules)
    {
        var account = await rig.AccountAsync();
        foreach (var (symbol, target, factor) in rules) await MapAsync(rig, account, symbol, target, factor);
        rig.Get<RedisBus>().Publish(Topics.AccountChanged, account.Id.ToString());
        await rig.HoldsAsync(account);
        await Eventually.True(() => rig.Host.MapOf(account.Id.Value)?.Rules.Count == rules.Length, TimeSpan.FromSeconds(10),
            "the worker knows the map");
        return account;
    }
}
