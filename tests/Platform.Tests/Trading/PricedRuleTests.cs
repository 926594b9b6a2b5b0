using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Rules that look at an entry when its size and its prices are known, on the way that orders go.</summary>
public sealed class PricedRuleTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    // Bought at 1.0900 with the stop at 1.0850: 500 a lot.
    private static TradeIntent Risky(decimal qty, string symbol = "EURUSD") =>
        Intents.Open(qty, symbol: symbol) with { StopLoss = new PriceRule(PriceMode.Price, 1.0850m) };

    [Fact]
    public async Task An_entry_that_could_lose_more_than_is_left_is_not_sent_and_the_answer_has_the_numbers()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, 1000);
        var broker = rig.Broker.Of(account.Id);

        (await rig.RunAsync(account, Risky(1.5m))).Status.ShouldBe("FILLED");
        await ShownAsync(rig, account, 1);
        var refused = await rig.RunAsync(account, Risky(1));

        broker.Placed.Count.ShouldBe(1);
        var (status, code, root) = Answered(refused);
        (status, code).ShouldBe((403, "risk.worst_case"));
        // The position lies at the bid, two pips below its entry: what is lost so far is counted in what is left.
        root.GetProperty("error").GetString().ShouldBe("Would risk $1220 of $970 left today");
        (root.GetProperty("limit").GetDecimal(), root.GetProperty("value").GetDecimal()).ShouldBe((970m, 1220m));
        (await rig.RunAsync(account, Risky(0.5m))).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task Entries_of_two_accounts_at_once_do_not_take_the_same_money()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var first = await AccountAsync(rig, 1200);
        var second = await rig.AccountAsync(tenant: first.Tenant.Value);
        await KnowsAsync(rig, second);
        await rig.HoldsAsync(second);

        List<OrderId> orders = [];
        for (var n = 0; n < 6; n++)
            orders.Add(await rig.SendAsync(n % 2 == 0 ? first : second, Risky(1, n % 2 == 0 ? "EURUSD" : "GBPUSD")));
        List<OrderView> answers = [];
        foreach (var order in orders) answers.Add(await rig.AnswerAsync(order, 30));

        answers.Count(answer => answer.Status == "FILLED").ShouldBe(2);
        answers.Where(answer => answer.Status != "FILLED").ShouldAllBe(answer => answer.RejectCode == "risk.worst_case");
    }

    [Fact]
    public async Task Exits_are_not_looked_at_and_neither_is_an_entry_while_the_rule_is_off()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, 1);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 3, price: 1.09m);

        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");
        (await rig.RunAsync(account, Risky(1))).RejectCode.ShouldBe("risk.worst_case");
        await SetAsync(rig, account, """{"enabled":"false"}""");
        (await rig.RunAsync(account, Risky(1))).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task A_rule_that_is_switched_on_while_an_entry_is_made_up_counts_for_it()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, 1);
        await SetAsync(rig, account, """{"enabled":"false"}""");
        (await rig.RunAsync(account, Risky(1))).Status.ShouldBe("FILLED");

        var asked = 0;
        rig.Broker.Of(account.Id).BendQuote = quote =>
        {
            // Not on the turn that asks: that one waits here.
            if (Interlocked.Increment(ref asked) == 1) Task.Run(() => SwitchOnAsync(rig, account)).Wait();
            return quote;
        };
        var refused = await rig.RunAsync(account, Risky(1));

        refused.RejectCode.ShouldBe("risk.worst_case");
        rig.Broker.Of(account.Id).Placed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reverse_that_could_lose_too_much_closes_and_says_so()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, 100);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Sell, 1, price: 1.09m);

        var answer = await rig.RunAsync(account, Risky(1) with { Action = TradeAction.Reverse });

        broker.Positions.ShouldBeEmpty();
        var (status, code, root) = Answered(answer);
        (status, code).ShouldBe((403, "risk.worst_case"));
        root.GetProperty("error").GetString()!.ShouldEndWith("What was open is closed; nothing was entered.");
    }

    private static async Task<TestAccount> AccountAsync(TradingRig rig, decimal limit)
    {
        var account = await rig.AccountAsync();
        await rig.SqlAsync($"insert into risk.risk_config (tenant_id, max_daily_loss) values ('{account.Tenant}', {limit})");
        await SetAsync(rig, account, """{"enabled":"true"}""");
        await KnowsAsync(rig, account);
        await rig.HoldsAsync(account);
        return account;
    }

    // As whoever has asked the broker for them leaves them.
    private static async Task KnowsAsync(TradingRig rig, TestAccount account)
    {
        foreach (var instrument in rig.Broker.Instruments.Values)
        {
            var data = System.Text.Json.JsonSerializer.Serialize(instrument, ConnectorsJson.Default.Instrument);
            await rig.SqlAsync($"""
                insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data)
                values ('{account.Id}', '{instrument.BrokerSymbol}', '{account.Tenant}', '{instrument.Symbol}', '{data}')
                """);
        }
    }

    private static async Task SetAsync(TradingRig rig, TestAccount account, string settings)
    {
        var version = await StoreAsync(rig, account, settings);
        rig.Get<RedisBus>().Publish(Topics.AccountChanged, account.Id.ToString());
        if (rig.Host.Holds(account.Id.Value))
            await Eventually.True(() => rig.Host.LaneOf(account.Id)?.Account.Version == version, TimeSpan.FromSeconds(20),
                "the worker has heard of it");
    }

    private static async Task SwitchOnAsync(TradingRig rig, TestAccount account) =>
        await StoreAsync(rig, account, """{"enabled":"true"}""");

    private static async Task<long> StoreAsync(TradingRig rig, TestAccount account, string settings)
    {
        await rig.SqlAsync($"""
            insert into risk.rule_settings (tenant_id, code, settings) values ('{account.Tenant}', 'risk.worst_case', '{settings}')
            on conflict (tenant_id, code) do update set settings = excluded.settings
            """);
        await rig.SqlAsync($"update accounts.accounts set version = version + 1 where id = '{account.Id}'");
        return await rig.ScalarAsync<long>($"select version from accounts.accounts where id = '{account.Id}'");
    }

    private static Task ShownAsync(TradingRig rig, TestAccount account, long count) => Eventually.True(async () =>
        await rig.ScalarAsync<long>(
            $"select count(*) from trading.positions where account_id = '{account.Id}' and status = 'OPEN' and stop_loss is not null and pnl is not null")
        == count, TimeSpan.FromSeconds(10), "the position is shown with its stop");

    private static (int Status, string? Code, System.Text.Json.JsonElement Root) Answered(OrderView view)
    {
        var answer = TradeFlow.Platform.Alerts.Attempts.Answer.Of(view, new OrderId(view.Id), new WebhookId(Guid.NewGuid()), 1);
        return (answer.Status, answer.Code, System.Text.Json.JsonDocument.Parse(answer.Json).RootElement);
    }
}
