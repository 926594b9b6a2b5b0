using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>One alert, many accounts.</summary>
[Collection(StrategyPeople.OneRig)]
public sealed class StrategySignalTests(WebhookRig rig)
{
    private const string Close = """{"intent":{"action":"close","symbol":"EURUSD"}}""";
    private const string Open = "status = 'FILLED', filled_qty = coalesce(qty, 1), avg_price = 1.09, broker_symbol = 'EURUSD', sent_at = clock_timestamp(), answered_at = clock_timestamp(), filled_at = clock_timestamp()";

    [Fact]
    public async Task A_signal_is_recorded_for_all_accounts_in_one_transaction_each_in_its_size_and_its_owners_log()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var (one, two, three) = (await rig.NewTraderAsync("", person), await rig.NewTraderAsync("", person),
            await rig.NewTraderAsync("", person));
        await StrategyPeople.FollowAsync(one, strategy);
        await StrategyPeople.FollowAsync(two, strategy, multiplier: 0.5m);
        await StrategyPeople.FollowAsync(three, strategy, size: new { mode = "risk_percent", value = 1 });

        // Broker and key of the message are another's business.
        var answer = await one.SendAsync(strategy.Path,
            """{"key":"whatever-it-is","intent":{"broker":"tradelocker","side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"pips","value":20}}}""");

        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Json.ToString());
        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        answer.Json.GetProperty("fan_out").GetInt32().ShouldBe(3);
        var signal = answer.Text("signal_id");
        (await rig.ScalarAsync<long>($"select count(distinct xmin::text) from trading.orders where strategy_id = '{strategy.Id}'"))
            .ShouldBe(1);
        (await rig.ScalarAsync<long>($"select count(*) from alerts.webhooks_log where strategy_signal_id = '{signal}'")).ShouldBe(3);
        (await IntentAsync(one)).TryGetProperty("factor", out _).ShouldBeFalse();
        (await IntentAsync(two)).GetProperty("factor").GetDecimal().ShouldBe(0.5m);
        var sized = await IntentAsync(three);
        (sized.TryGetProperty("qty", out _), sized.GetProperty("size").GetProperty("mode").GetString()).ShouldBe((false, "RiskPercent"));
        var row = await StrategyPeople.LoggedAsync(two);
        (row.GetProperty("strategy").GetProperty("id").GetString(), row.GetProperty("strategy").GetProperty("name").GetString())
            .ShouldBe((strategy.Id, "Breakout"));
        row.GetProperty("status").GetInt32().ShouldBe(202);
        (await person.GetAsync($"/api/orders?account_id={two.Account}")).Json.GetProperty("items")[0].GetProperty("strategy")
            .GetProperty("name").GetString().ShouldBe("Breakout");
    }

    [Fact]
    public async Task Each_account_has_its_own_outcome_and_the_owner_of_the_strategy_sees_counts_alone()
    {
        var admin = await Person.AdministratorAsync(rig);
        var strategy = await StrategyPeople.PublishAsync(admin);
        var filled = await rig.NewTraderAsync(person: await StrategyPeople.NewPersonAsync(rig));
        var rejected = await rig.NewTraderAsync("status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'Not enough margin'",
            await StrategyPeople.NewPersonAsync(rig));
        var refused = await rig.NewTraderAsync(person: await StrategyPeople.NewPersonAsync(rig));
        await refused.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config",
            new { enabled = true, denied_instruments = new[] { "EURUSD" } }, refused.Person.AccessToken);
        foreach (var trader in new[] { filled, rejected, refused }) await StrategyPeople.FollowAsync(trader, strategy);

        var answer = await filled.SendAsync(strategy.Path, Trader.Buy);

        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Json.ToString());
        answer.Json.GetProperty("fan_out").GetInt32().ShouldBe(2, "one was refused, and the paper account of the record is nobody's");
        (await StrategyPeople.LoggedAsync(filled)).GetProperty("status").GetInt32().ShouldBe(200);
        (await StrategyPeople.LoggedAsync(rejected)).GetProperty("status").GetInt32().ShouldBe(422);
        (await rig.ScalarAsync<bool>($"select told from trading.orders where account_id = '{rejected.Account}'"))
            .ShouldBeFalse("nobody was answered, so its owner is notified");
        var denied = await StrategyPeople.LoggedAsync(refused);
        (denied.GetProperty("status").GetInt32(), denied.GetProperty("code").GetString()).ShouldBe((403, "risk.denied_instrument"));
        denied.GetProperty("strategy").GetProperty("name").GetString().ShouldBe("Trend");

        var signals = await admin.GetAsync($"/api/strategies/{strategy.Id}/signals");
        var outcomes = signals.Json.GetProperty("items")[0].GetProperty("outcomes").EnumerateArray()
            .ToDictionary(row => row.GetProperty("outcome").GetString()!, row => row.GetProperty("accounts").GetInt32());
        outcomes.ShouldBe(new Dictionary<string, int> { ["filled"] = 1, ["rejected"] = 1, ["refused"] = 1 }, ignoreOrder: true);
        foreach (var trader in new[] { filled, rejected, refused })
        {
            signals.Json.ToString().ShouldNotContain(trader.Account.ToString());
            signals.Json.ToString().ShouldNotContain(trader.Person.TenantId.ToString());
        }
        (await filled.Person.GetAsync($"/api/strategies/{strategy.Id}/signals")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_repeat_executes_nothing_and_an_id_of_another_message_is_409()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        await StrategyPeople.FollowAsync(trader, strategy);
        const string named = """{"id":"a1","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";

        var first = await trader.SendAsync(strategy.Path, Trader.Buy);
        var again = await trader.SendAsync(strategy.Path, Trader.Buy);
        var withId = await trader.SendAsync(strategy.Path, named);
        var withIdAgain = await trader.SendAsync(strategy.Path, named);
        var other = await trader.SendAsync(strategy.Path, named.Replace("\"qty\":1", "\"qty\":2", StringComparison.Ordinal));

        again.Status.ShouldBe(HttpStatusCode.OK);
        (again.Text("duplicate_of"), again.Text("signal_id"), again.Json.GetProperty("fan_out").GetInt32())
            .ShouldBe((first.Text("signal_id"), first.Text("signal_id"), 1));
        (withId.Status, withIdAgain.Text("duplicate_of")).ShouldBe((HttpStatusCode.Accepted, withId.Text("signal_id")));
        (other.Status, other.Code, other.Text("first_signal_id"))
            .ShouldBe((HttpStatusCode.Conflict, "signal.id_reused", withId.Text("signal_id")));
        (await trader.CountAsync("trading.orders")).ShouldBe(2);
    }

    [Fact]
    public async Task Equal_signals_side_by_side_on_two_replicas_are_one()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync("", person);
        await StrategyPeople.FollowAsync(trader, strategy);
        using var other = rig.NewFactory(new Dictionary<string, string?>());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n =>
            trader.SendAsync(strategy.Path, Trader.Buy, http: n % 2 == 0 ? rig.NewClient() : ApiFixture.NewClient(other))));

        answers.Count(answer => answer.Status == HttpStatusCode.Accepted).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(9);
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
    }

    [Fact]
    public async Task Exits_reach_an_account_after_deactivation_for_as_long_as_it_holds_something_of_the_strategy()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(Open, person);
        var activation = await StrategyPeople.FollowAsync(trader, strategy);
        (await trader.SendAsync(strategy.Path, Trader.Buy)).Json.GetProperty("fan_out").GetInt32().ShouldBe(1);
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from trading.orders where account_id = '{trader.Account}' and status = 'FILLED'") == 1,
            TimeSpan.FromSeconds(15), "the entry has filled");
        await HoldAsync(trader);

        (await person.DeleteAsync($"/api/strategies/{strategy.Id}/activations/{activation}")).Status.ShouldBe(HttpStatusCode.NoContent);
        var entry = await trader.SendAsync(strategy.Path, """{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""");
        var turn = await trader.SendAsync(strategy.Path,
            """{"intent":{"action":"target","symbol":"EURUSD","position":"short","position_size":1}}""");
        var exit = await trader.SendAsync(strategy.Path, Close);

        entry.Json.GetProperty("fan_out").GetInt32().ShouldBe(0, "it has been switched off");
        turn.Json.GetProperty("fan_out").GetInt32().ShouldBe(1, "it gets out");
        (await rig.ScalarAsync<string>(
            $"select entry_refusal ->> 'code' from trading.orders where account_id = '{trader.Account}' and intent ? 'target'"))
            .ShouldBe("strategy.inactive");
        exit.Json.GetProperty("fan_out").GetInt32().ShouldBe(1, exit.Json.ToString());
        await rig.ExecuteAsync($"update trading.positions set status = 'CLOSED', closed_at = now() where account_id = '{trader.Account}'; update trading.orders set status = 'FILLED' where account_id = '{trader.Account}' and status = 'PENDING'");
        (await trader.SendAsync(strategy.Path, """{"intent":{"action":"close","symbol":"EURUSD"},"id":"later"}""")).Json
            .GetProperty("fan_out").GetInt32().ShouldBe(0, "nothing of it is held");
    }

    [Fact]
    public async Task Beyond_the_plan_a_strategy_gets_out_and_enters_nothing()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var (older, newer) = (await StrategyPeople.MakeAsync(person, "Older"), await StrategyPeople.MakeAsync(person, "Newer"));
        var trader = await rig.NewTraderAsync(person: person);
        await StrategyPeople.FollowAsync(trader, older);
        await StrategyPeople.FollowAsync(trader, newer);
        await rig.ExecuteAsync($"update billing.billing_status set plan = 'pro' where tenant_id = '{person.TenantId}'; update accounts.accounts set version = version + 1 where id = '{trader.Account}'");

        (await trader.SendAsync(older.Path, Trader.Buy)).Json.GetProperty("fan_out").GetInt32().ShouldBe(1);
        (await trader.SendAsync(newer.Path, Trader.Buy)).Json.GetProperty("fan_out").GetInt32().ShouldBe(0);
        (await trader.LoggedAsync("code", 2)).ShouldBe("plan.limit_reached");
        (await trader.SendAsync(newer.Path, Close)).Json.GetProperty("fan_out").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_switched_off_account_enters_nothing_and_gets_its_exits()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        await StrategyPeople.FollowAsync(trader, strategy);
        await person.PatchAsync($"/api/accounts/{trader.Account}", new { enabled = false });

        (await trader.SendAsync(strategy.Path, Trader.Buy)).Json.GetProperty("fan_out").GetInt32().ShouldBe(0);
        (await trader.LoggedAsync("code")).ShouldBe("auth.account_disabled");
        (await trader.SendAsync(strategy.Path, Close)).Json.GetProperty("fan_out").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_understood_is_named_and_goes_to_no_account()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        await StrategyPeople.FollowAsync(trader, strategy);

        var answer = await trader.SendAsync(strategy.Path, """{"intent":{"side":"buy","symbol":"EURUSD","qty":"NaN"}}""");

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "signal.invalid"));
        answer.Fields.ShouldBe(["intent.qty"]);
        answer.Json.TryGetProperty("webhook_id", out _).ShouldBeFalse();
        (await trader.CountAsync("alerts.webhooks_log")).ShouldBe(0);
        await Eventually.True(async () => (await person.GetAsync($"/api/strategies/{strategy.Id}/signals")).Json
            .GetProperty("items") is var items && items.GetArrayLength() == 1
            && items[0].GetProperty("status").GetInt32() == 422, TimeSpan.FromSeconds(15), "its owner sees it");
    }

    private async Task HoldAsync(Trader trader) => await rig.ExecuteAsync($"""
        insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
        values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', 'P1', 'EURUSD', 'EURUSD', 'BUY', 1, 1.09, now(), now())
        """);

    private async Task<JsonElement> IntentAsync(Trader trader) =>
        JsonDocument.Parse(await StrategyPeople.IntentAsync(rig, trader)).RootElement;
}
