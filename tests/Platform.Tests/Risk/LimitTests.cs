using System.Net;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>
/// Limits in the transaction that records the entry: the exact words, both sides of each boundary, many at once, and who gives a slot back.
/// </summary>
public sealed class LimitTests(RiskRig rig) : IClassFixture<RiskRig>
{
    [Fact]
    public async Task The_trial_lets_exactly_its_last_trades_through_however_many_come_at_once()
    {
        var trader = await rig.NewAsync(desk: "");
        await rig.ExecuteAsSystemAsync($"update billing.usage_counters set trades_count = 95 where tenant_id = '{trader.Person.TenantId}'");

        var answers = await RiskRig.AtOnceAsync(50, _ => (trader, rig.NewClient()));

        answers.Count(answer => answer.Status == HttpStatusCode.Accepted).ShouldBe(5);
        answers.Where(answer => answer.Status != HttpStatusCode.Accepted).Select(RiskRig.Told).Distinct()
            .ShouldBe([(402, "trial.trades", "Trial limit: 100 trades reached. Upgrade to continue.")]);
        (await trader.CountAsync("trading.orders")).ShouldBe(5);
    }

    [Fact]
    public async Task Two_replicas_take_exactly_as_many_positions_as_are_allowed()
    {
        var trader = await rig.NewAsync(new { max_open_trades = 5 }, desk: "");
        var second = await rig.NewTraderAsync("", trader.Person);
        using var replica = rig.NewFactory(new() { ["RateLimits:Webhook:PerSecond"] = "100000", ["RateLimits:Webhook:Burst"] = "100000" });
        HttpClient[] hosts = [rig.NewClient(), ApiFixture.NewClient(replica)];

        var answers = await RiskRig.AtOnceAsync(20, index => (index % 4 < 2 ? trader : second, hosts[index % 2]));

        answers.Count(answer => answer.Status == HttpStatusCode.Accepted).ShouldBe(5);
        answers.Where(answer => answer.Status != HttpStatusCode.Accepted).Select(RiskRig.Told).Distinct()
            .ShouldBe([(403, "risk.open_positions", "Max open positions: 5")]);
        (await trader.CountAsync("trading.orders") + await second.CountAsync("trading.orders")).ShouldBe(5);
    }

    [Fact]
    public async Task A_day_has_as_many_trades_as_it_may_have_and_the_words_are_those_of_the_design()
    {
        var trader = await rig.NewAsync(new { max_trades_per_day = 1 });

        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await trader.AlertAsync(RiskRig.Entry());

        RiskRig.Told(refused).ShouldBe((403, "risk.trades_per_day", "Daily trade limit reached: 1 trades"));
        (refused.Json.GetProperty("limit").GetDecimal(), refused.Json.GetProperty("value").GetDecimal()).ShouldBe((1m, 1m));
    }

    [Fact]
    public async Task A_trade_of_yesterday_is_not_one_of_today()
    {
        var trader = await rig.NewAsync(new { max_trades_per_day = 1 });
        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);

        await rig.ExecuteAsSystemAsync(
            $"update trading.orders set created_at = created_at - interval '1 day' where account_id = '{trader.Account}'");

        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("REJECTED", false, true)]
    [InlineData("UNKNOWN", false, false)]
    [InlineData("FILLED", true, false)]
    public async Task A_slot_is_kept_while_nobody_knows_and_given_back_when_the_broker_refused(string status, bool taken, bool free)
    {
        var trader = await rig.NewAsync(new { max_trades_per_day = 1, max_open_trades = 1 }, desk: "");
        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.Accepted);
        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(403);

        await rig.SettleAsync(await rig.NewestOrderAsync(trader), status, taken);

        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(free ? HttpStatusCode.Accepted : HttpStatusCode.Forbidden);
        (await rig.ScalarAsync<long>($"select trades_count from billing.usage_counters where tenant_id = '{trader.Person.TenantId}'"))
            .ShouldBe(taken ? 1 : 0);
    }

    [Fact]
    public async Task A_position_that_the_broker_shows_counts_once_with_the_order_that_made_it()
    {
        var trader = await rig.NewAsync(new { max_open_trades = 2 }, desk: "");
        await trader.AlertAsync(RiskRig.Entry());
        var order = await rig.NewestOrderAsync(trader);
        await rig.SettleAsync(order, "FILLED", true);
        await OneMoreFitsAsync();

        // The broker shows it, under the id that the fill told.
        await rig.ShowAsync(trader, $"P-{order}");
        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry())).ShouldBe((403, "risk.open_positions", "Max open positions: 2"));
        (await rig.ScalarAsync<long>($"select count(*) from trading.positions where account_id = '{trader.Account}'")).ShouldBe(1);

        async Task OneMoreFitsAsync()
        {
            (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.Accepted);
            RiskRig.Told(await trader.AlertAsync(RiskRig.Entry())).ShouldBe((403, "risk.open_positions", "Max open positions: 2"));
        }
    }

    [Theory]
    [InlineData("""{"action":"reverse","side":"sell","symbol":"EURUSD","qty":1}""", "reverse|")]
    [InlineData("""{"action":"target","symbol":"EURUSD","position":"short","position_size":"1"}""", "reverse|")]
    [InlineData("""{"action":"reverse","side":"buy","symbol":"EURUSD","qty":1}""", "close|risk.open_positions")] // on top of it
    [InlineData("""{"action":"reverse","side":"sell","symbol":"GBPUSD","qty":1}""", "close|risk.open_positions")]
    public async Task A_position_that_an_entry_closes_first_gives_its_place_to_it(string intent, string recorded)
    {
        var trader = await rig.NewAsync(new { max_open_trades = 1 }, desk: "");
        await rig.PositionAsync(trader, "P1");

        await trader.AlertAsync($$"""{"id":"first","intent":{{intent}}}""");
        (await RowAsync()).ShouldBe(recorded);

        // It is taken: by one more of the kind, and by any other entry.
        await trader.AlertAsync($$"""{"id":"second","intent":{{intent}}}""");
        (await RowAsync()).ShouldBe("close|risk.open_positions");
        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry("USDJPY"))).Status.ShouldBe(403);

        Task<string?> RowAsync() => rig.ScalarAsync<string?>($"""
            select action || '|' || coalesce(entry_refusal ->> 'code', '') from trading.orders where account_id = '{trader.Account}' order by seq desc limit 1
            """);
    }

    [Theory]
    [InlineData("-499.99", 200)]
    [InlineData("-500", 403)]
    public async Task The_daily_loss_is_reached_at_its_last_cent(string pnl, int status)
    {
        var trader = await rig.NewAsync(new { max_daily_loss = 500 });
        // Realised today by the fills, net of the fees of both; a close without fills of its own; what is open; and a loss of the day
        // before yesterday, which is over.
        await rig.ExecuteAsSystemAsync($"""
            insert into trading.fills (tenant_id, account_id, broker_fill_id, broker_position_id, symbol, side, qty, price, fees, pnl, at)
            values ('{trader.Person.TenantId}', '{trader.Account}', 'f1', 'P1', 'EURUSD', 'SELL', 1, 1, 3, -100, now()), ('{trader.Person.TenantId}', '{trader.Account}', 'f0', 'P1', 'EURUSD', 'BUY', 1, 1, 3, null, now()),
                   ('{trader.Person.TenantId}', '{trader.Account}', 'f2', 'P2', 'EURUSD', 'SELL', 1, 1, 0, -9000, now() - interval '2 days')
            """);
        await rig.PositionAsync(trader, "P1", status: "CLOSED", closedAt: "now()", realized: "-100");
        await rig.PositionAsync(trader, "P3", status: "CLOSED", closedAt: "now()", realized: "-300");
        await rig.PositionAsync(trader, "P4", decimal.Parse(pnl, System.Globalization.CultureInfo.InvariantCulture) + 400);

        var answer = await trader.AlertAsync(RiskRig.Entry());

        ((int)answer.Status).ShouldBe(status);
        if (status == 403)
        {
            RiskRig.Told(answer).ShouldBe((403, "risk.daily_loss", "Daily loss limit reached: $500"));
            (answer.Json.GetProperty("limit").GetDecimal(), answer.Json.GetProperty("value").GetDecimal()).ShouldBe((500m, 500m));
        }
    }

    [Fact]
    public async Task A_position_that_was_closed_a_moment_ago_does_not_count_twice()
    {
        var trader = await rig.NewAsync(new { max_daily_loss = 500 });
        await rig.PositionAsync(trader, "P9", -300);
        await rig.ExecuteAsSystemAsync($"""
            insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, type, qty, position_qty, status, broker_position_id, pnl, created_at, answered_at, valid_until)
            values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', 999, 'x', 'close', '{"{}"}', 'EURUSD', 'MARKET', 1, 1, 'FILLED', 'P9', -300, now(), now(), now())
            """);

        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Exits_pass_whatever_holds_entries_back()
    {
        var trader = await rig.NewAsync(new { max_trades_per_day = 0, max_open_trades = 0, max_daily_loss = 0, denied_instruments = new[]
        {
            "EURUSD"
        }, trading_hours_enabled = true, trading_hours_start = "00:00", trading_hours_end = "00:01", trading_hours_days = new[]
        {
            Yesterday()
        } });
        await rig.ExecuteAsSystemAsync(
            $"update billing.billing_status set trial_start = now() - interval '90 hours' where tenant_id = '{trader.Person.TenantId}'",
            $"update billing.usage_counters set trades_count = 100 where tenant_id = '{trader.Person.TenantId}'");

        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(402);
        (await trader.AlertAsync(RiskRig.Close())).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.AlertAsync("""{"intent":{"action":"flatten"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.AlertAsync("""{"intent":{"action":"cancel","symbol":"EURUSD"}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_first_rule_of_the_order_is_the_one_that_is_told()
    {
        var trader = await rig.NewAsync(
            new { max_trades_per_day = 0, max_open_trades = 0, max_daily_loss = 0, denied_instruments = new[] { "EURUSD" } });
        (string Field, string Code)[] order = [("max_daily_loss", "risk.daily_loss"), ("max_trades_per_day", "risk.trades_per_day"),
            ("max_open_trades", "risk.open_positions")];
        foreach (var (field, code) in order)
        {
            (await trader.AlertAsync(RiskRig.Entry())).Code.ShouldBe(code);
            await RiskRig.LimitAsync(trader, new Dictionary<string, object?> { [field] = null });
        }

        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry())).ShouldBe((403, "risk.denied_instrument", "Symbol EURUSD is denied"));
    }

    [Fact]
    public async Task The_trial_ends_to_the_second_and_trades_come_first()
    {
        var trader = await rig.NewAsync();
        await rig.ExecuteAsSystemAsync(
            $"update billing.billing_status set trial_start = now() - interval '72 hours' where tenant_id = '{trader.Person.TenantId}'",
            Touch(trader));

        RiskRig.Told(await trader.AlertAsync(RiskRig.Entry()))
            .ShouldBe((402, "trial.expired", "Trial expired: 3 days elapsed. Upgrade to continue."));
        await rig.ExecuteAsSystemAsync(
            $"update billing.usage_counters set trades_count = 100 where tenant_id = '{trader.Person.TenantId}'");
        (await trader.AlertAsync(RiskRig.Entry())).Code.ShouldBe("trial.trades");
        await rig.ExecuteAsSystemAsync($"update billing.usage_counters set trades_count = 99 where tenant_id = '{trader.Person.TenantId}'",
            $"update billing.billing_status set trial_start = now() - interval '72 hours' + interval '20 seconds' where tenant_id = '{trader.Person.TenantId}'",
            Touch(trader));
        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Switched_off_the_rules_are_skipped_and_nothing_else()
    {
        var trader = await rig.NewAsync(new { enabled = false, max_trades_per_day = 0, denied_instruments = new[] { "EURUSD" } });
        (await trader.AlertAsync(RiskRig.Entry())).Status.ShouldBe(HttpStatusCode.OK);

        await rig.ExecuteAsSystemAsync(
            $"update billing.usage_counters set trades_count = 100 where tenant_id = '{trader.Person.TenantId}'");
        (await trader.AlertAsync(RiskRig.Entry())).Code.ShouldBe("trial.trades");
        await rig.ExecuteAsSystemAsync($"update accounts.accounts set enabled = false where id = '{trader.Account}'");
        (await trader.AlertAsync(RiskRig.Entry())).Code.ShouldBe("auth.account_disabled");
    }

    [Fact]
    public async Task A_change_of_limits_holds_for_the_next_signal_on_every_replica()
    {
        var trader = await rig.NewAsync();
        using var replica = rig.NewFactory([]);
        using var there = ApiFixture.NewClient(replica);
        (await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry(), http: there)).Status.ShouldBe(HttpStatusCode.OK);

        await RiskRig.LimitAsync(trader, new { denied_instruments = new[] { "FX:eurusd" } });

        RiskRig.Told(await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry("OANDA:EURUSD"), http: there))
            .ShouldBe((403, "risk.denied_instrument", "Symbol EURUSD is denied"));
        (await rig.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{trader.Person.TenantId}' and action = 'risk.changed'"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task The_log_and_validate_show_each_check_in_its_place_with_limit_and_value()
    {
        var trader = await rig.NewAsync(new { max_daily_loss = 500, max_trades_per_day = 1, max_open_trades = 5 });
        await trader.AlertAsync(RiskRig.Entry());
        await trader.AlertAsync(RiskRig.Entry());

        var logged =
            await trader.LoggedAsync(
                "select string_agg(c ->> 'code' || ':' || (c ->> 'passed') || ':' || coalesce(c ->> 'limit', '') || ':' || coalesce(c ->> 'value', ''), ' ') from jsonb_array_elements(checks) c",
                rows: 2);
        logged.ShouldBe("key:true:: rate:true:: body:true:: symbol:true:: duplicate:true:: trial.trades:true:100:0 trial.expired:true:: risk.daily_loss:true:500:0 risk.trading_hours:true:: risk.trades_per_day:false:1:1");

        var newest = (await trader.Person.GetAsync("/api/webhooks/log?limit=1")).Json.GetProperty("items")[0].GetProperty("id").GetString();
        var shown = (await trader.Person.GetAsync($"/api/webhooks/log/{newest}")).Json.GetProperty("checks").EnumerateArray().Last();
        (shown.GetProperty("code").GetString(), shown.GetProperty("limit").GetInt32(), shown.GetProperty("value").GetInt32())
            .ShouldBe(("risk.trades_per_day", 1, 1));

        var validated = await trader.Person.PostAsync("/api/webhooks/validate",
            new { account_id = trader.Account.Value, body = RiskRig.Entry() });
        validated.Json.GetProperty("would_execute").GetBoolean().ShouldBeFalse();
        var check = validated.Json.GetProperty("checks").EnumerateArray().Single(entry => !entry.GetProperty("passed").GetBoolean()
            && entry.GetProperty("code").GetString()!.StartsWith("risk.", StringComparison.Ordinal));
        (check.GetProperty("code").GetString(), check.GetProperty("message").GetString(), check.GetProperty("limit").GetInt32(),
            check.GetProperty("value").GetInt32()).ShouldBe(("risk.trades_per_day", "Daily trade limit reached: 1 trades", 1, 1));
    }

    private static string Yesterday() =>
        DateTime.UtcNow.AddDays(-1).ToString("ddd", System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant();

    private static string Touch(Trader trader) => $"update accounts.accounts set version = version + 1 where id = '{trader.Account}'";
}
