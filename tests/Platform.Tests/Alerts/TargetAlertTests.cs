using System.Net;
using System.Text;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class TargetAlertTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private const string Silent = "";

    [Fact]
    public void The_message_of_a_strategy_is_read()
    {
        var alert = Read("""
            { "version":"unify.v1", "id":"Long-2026-11-29T10:00:00Z", "time":"2026-11-29T10:00:00Z",
              "intent":{ "action":"target", "symbol":"EURUSD", "position":"long", "position_size":"2", "prev_position":"short", "prev_position_size":"0.5",
                         "price":"1.09" } }
            """);

        alert.Errors.ShouldBeNull();
        alert.Intent.ShouldBe(new TradeIntent
        {
            Action = TradeAction.Target,
            Side = TradeSide.Buy,
            Symbol = "EURUSD",
            Price = 1.09m,
            Target = new TargetRule
            {
                Position = HeldSide.Long, Size = 2, Previous = HeldSide.Short, PreviousSize = 0.5m,
                Time = new DateTimeOffset(2026, 11, 29, 10, 0, 0, TimeSpan.Zero),
            },
        });
    }

    [Theory]
    [InlineData("\"position\":\"flat\"")]
    [InlineData("\"position\":\"flat\",\"position_size\":\"0\"")]
    [InlineData("\"position\":\"long\",\"position_size\":0")]
    [InlineData("\"position\":\"flat\",\"size\":{\"mode\":\"units\",\"value\":1}")]
    public void Flat_or_nothing_is_an_exit(string members)
    {
        var intent = Read("{\"intent\":{\"action\":\"target\",\"symbol\":\"EURUSD\"," + members + "}}").Intent.ShouldNotBeNull();

        (intent.IsExit, intent.Target!.Position, intent.Command).ShouldBe((true, HeldSide.Flat, "close"));
    }

    [Theory]
    [InlineData("\"action\":\"target\",\"position_size\":1", "intent.position", "long, short or flat")]
    [InlineData("\"action\":\"target\",\"position\":\"long\"", "intent.position_size", "position_size")]
    [InlineData("\"action\":\"target\",\"position\":\"buy\",\"position_size\":1", "intent.position", "Write long")]
    [InlineData("\"action\":\"target\",\"position\":\"long\",\"position_size\":-1", "intent.position_size", "above zero")]
    [InlineData("\"action\":\"target\",\"position\":\"{{strategy.market_position}}\",\"position_size\":1", "intent.position",
        "did not fill in")]
    [InlineData("\"action\":\"target\",\"position\":\"long\",\"position_size\":1,\"side\":\"buy\"", "intent.side", "position says")]
    [InlineData("\"action\":\"target\",\"position\":\"long\",\"qty\":1", "intent.qty", "position_size")]
    [InlineData("\"action\":\"target\",\"position\":\"long\",\"position_size\":1,\"type\":\"limit\",\"price\":1",
        "intent.type", "at market")]
    [InlineData("\"action\":\"target\",\"position\":\"long\",\"size\":{\"mode\":\"risk_percent\",\"value\":1}", "intent.sl", "give an sl")]
    [InlineData("\"side\":\"buy\",\"qty\":1,\"position\":\"long\"", "intent.position", "\"action\":\"target\"")]
    [InlineData("\"action\":\"close\",\"prev_position\":\"long\"", "intent.prev_position", "\"action\":\"target\"")]
    public void What_a_target_lacks_or_has_too_much_is_named(string members, string field, string words)
    {
        var errors = Read("{\"intent\":{\"symbol\":\"EURUSD\"," + members + "}}").Errors.ShouldNotBeNull();

        string.Join(' ', errors[field]).ShouldContain(words);
    }

    [Fact]
    public async Task What_a_rule_refuses_is_recorded_without_its_entry_and_a_flat_is_asked_nothing()
    {
        var trader = await rig.NewTraderAsync(Silent);
        (await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { denied_instruments = new[] { "EURUSD" } },
            trader.Person.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);

        await trader.AlertAsync(Target("short", 1, "a"));
        (await RowAsync(trader)).ShouldBe("close|risk.denied_instrument|true");
        await trader.AlertAsync(Target("flat", 0, "b"));
        (await RowAsync(trader)).ShouldBe("close||true");
    }

    [Fact]
    public async Task A_reverse_that_a_rule_refuses_is_recorded_to_get_out()
    {
        var trader = await rig.NewTraderAsync(Silent);
        (await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { denied_instruments = new[] { "EURUSD" } },
            trader.Person.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.Person.PatchAsync($"/api/accounts/{trader.Account}", new { max_age_seconds = 30 })).Status
            .ShouldBe(HttpStatusCode.OK);

        await trader.AlertAsync("""{"id":"a","intent":{"action":"reverse","side":"sell","symbol":"EURUSD","qty":1}}""");
        (await RowAsync(trader)).ShouldBe("close|risk.denied_instrument|false");
        await trader.AlertAsync(
            """{"id":"b","time":"2026-01-01T00:00:00Z","intent":{"action":"reverse","side":"sell","symbol":"EURUSD","qty":1}}""");
        (await RowAsync(trader)).ShouldBe("close|signal.stale|false");
    }

    [Fact]
    public async Task What_may_enter_takes_its_place_among_the_entries_until_it_is_known_to_be_an_exit()
    {
        var trader = await rig.NewTraderAsync(Silent);
        (await trader.Person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { max_open_trades = 1 },
            trader.Person.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);

        await trader.AlertAsync(Target("long", 1, "a"));
        (await RowAsync(trader)).ShouldBe("reverse||true");
        var second = await trader.AlertAsync(Trader.Buy);

        (second.Status, second.Code).ShouldBe((HttpStatusCode.Forbidden, "risk.open_positions"));
    }

    [Fact]
    public async Task An_old_target_enters_nothing_and_is_not_dropped()
    {
        var trader = await rig.NewTraderAsync(Silent);
        (await trader.Person.PatchAsync($"/api/accounts/{trader.Account}", new { max_age_seconds = 30 })).Status
            .ShouldBe(HttpStatusCode.OK);

        await trader.AlertAsync(Target("long", 1, "a", "2026-01-01T00:00:00Z"));

        (await RowAsync(trader)).ShouldBe("close|signal.stale|true");
    }

    [Fact]
    public async Task What_an_account_does_after_a_gap_is_its_setting()
    {
        var trader = await rig.NewTraderAsync();
        var path = $"/api/accounts/{trader.Account}";

        (await trader.Person.GetAsync(path)).Json.GetProperty("on_gap").GetString().ShouldBe("sync");
        (await trader.Person.PatchAsync(path, new { on_gap = "hold" })).Json.GetProperty("on_gap").GetString().ShouldBe("hold");
        (await trader.Person.PatchAsync(path, new { on_gap = "guess" })).Fields.ShouldBe(["on_gap"]);
    }

    [Fact]
    public async Task The_template_is_that_of_a_strategy_unless_a_signal_of_its_own_is_named()
    {
        var trader = await rig.NewTraderAsync();

        var message = (await trader.Person.GetAsync($"/api/webhooks/template?account_id={trader.Account}")).Json.GetProperty("message")
            .GetString()!;
        var filled = message.Replace("{{ticker}}", "EURUSD", StringComparison.Ordinal)
            .Replace("{{strategy.market_position}}", "long", StringComparison.Ordinal)
            .Replace("{{strategy.market_position_size}}", "1", StringComparison.Ordinal).Replace("{{strategy.prev_market_position}}",
                "flat", StringComparison.Ordinal).Replace("{{strategy.prev_market_position_size}}", "0", StringComparison.Ordinal)
            .Replace("{{strategy.order.price}}", "1.09", StringComparison.Ordinal).Replace("{{strategy.order.id}}", "Long",
                StringComparison.Ordinal).Replace("{{timenow}}", "2026-11-29T10:00:00Z", StringComparison.Ordinal);
        filled.ShouldNotContain("{{");
        (await trader.AlertAsync(filled)).Status.ShouldBe(HttpStatusCode.OK);

        (await trader.Person.GetAsync($"/api/webhooks/template?account_id={trader.Account}&form=indicator")).Json.GetProperty("message")
            .GetString()!.ShouldContain("\"open\"");
        (await trader.Person.GetAsync($"/api/webhooks/template?account_id={trader.Account}&form=other")).Fields.ShouldBe(["form"]);
    }

    [Fact]
    public async Task Validate_tells_what_a_target_would_do()
    {
        var trader = await rig.NewTraderAsync();
        await using (var command = rig.Platform.Database.System.CreateCommand($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
            values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', 'p1', 'EURUSD', 'EURUSD', 'BUY', 2, 1.09, now(), now())
            """))
            await command.ExecuteNonQueryAsync();

        var reduce = await ValidateAsync(Target("long", 0.5m, "a"));
        (reduce.Json.GetProperty("qty").GetDecimal(), reduce.Json.GetProperty("would_execute").GetBoolean()).ShouldBe((1.5m, true));
        var there = await ValidateAsync(Target("long", 2, "b"));
        there.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("code").GetString() == "target")
            .GetProperty("message").GetString()!.ShouldContain("there already");
        var missed = await ValidateAsync(
            """{"intent":{"action":"target","symbol":"EURUSD","position":"flat","prev_position":"short","prev_position_size":1}}""");
        missed.Json.GetProperty("checks").EnumerateArray().ShouldContain(check => check.GetProperty("code").GetString() == "gap");

        Task<Support.Answer> ValidateAsync(string body) =>
            trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body });
    }

    [Fact]
    public void A_protect_says_where_to_and_a_breakeven_knows()
    {
        var protect = Read("""{"intent":{"action":"protect","symbol":"EURUSD","sl":{"mode":"price","value":1.08},"tp":null}}""").Intent
            .ShouldNotBeNull();
        (protect.IsExit, protect.Command, protect.StopLoss, protect.RemovesStop, protect.RemovesTarget).ShouldBe(
            (true, "modify", new PriceRule(PriceMode.Price, 1.08m), false, true));
        var breakeven = Read("""{"intent":{"action":"breakeven","symbol":"EURUSD","offset":{"mode":"pips","value":2}}}""").Intent
            .ShouldNotBeNull();
        (breakeven.IsExit, breakeven.Offset).ShouldBe((true, new PriceRule(PriceMode.Pips, 2)));
        Read("""{"intent":{"action":"protect","symbol":"EURUSD"}}""").Errors!.Keys.ShouldBe(["intent.sl"]);
        Read("""{"intent":{"action":"breakeven","symbol":"EURUSD","sl":{"mode":"pips","value":2}}}""").Errors!.Keys.ShouldBe(["intent.sl"]);
        Read("""{"intent":{"side":"buy","qty":1,"symbol":"EURUSD","offset":{"mode":"pips","value":2}}}""").Errors!.Keys
            .ShouldBe(["intent.offset"]);
    }

    [Fact]
    public async Task A_person_moves_the_stop_of_a_position()
    {
        var trader = await rig.NewTraderAsync();
        var id = Guid.NewGuid();
        await using (var command = rig.Platform.Database.System.CreateCommand($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
            values ('{id}', '{trader.Person.TenantId}', '{trader.Account}', 'paper', 'p1', 'EURUSD', 'EURUSD', 'BUY', 2, 1.09, now(), now())
            """))
            await command.ExecuteNonQueryAsync();
        var path = $"/api/positions/{id}/protect";

        (await trader.Person.PostAsync(path, new { stop_loss = 1.08m, take_profit = (decimal?)null })).Status.ShouldBe(HttpStatusCode.OK);

        (await rig.ScalarAsync<string>($"select concat_ws('|', action, intent -> 'stop_loss' ->> 'value', intent ->> 'removes_target', intent ->> 'position_id') from trading.orders where account_id = '{trader.Account}'"))
            .ShouldBe($"modify|1.08|true|{id}");
        (await trader.Person.PostAsync(path, new { })).Fields.ShouldBe(["stop_loss"]);
        (await trader.Person.PostAsync(path, new { take_profit = -1 })).Fields.ShouldBe(["take_profit"]);
        (await (await Person.SignUpAsync(rig)).PostAsync(path, new { stop_loss = 1 })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await (await trader.Person.InviteAsync(rig, "viewer")).PostAsync(path, new { stop_loss = 1 })).Status
            .ShouldBe(HttpStatusCode.Forbidden);
    }

    private static AlertReading Read(string body) => new DialectList().Read(Encoding.UTF8.GetBytes(body));

    private static string Target(string position, decimal size, string id, string? time = null) =>
        "{\"id\":\"" + id + "\",\"time\":\"" + (time ?? "{{timenow}}")
        + "\",\"intent\":{\"action\":\"target\",\"symbol\":\"EURUSD\",\"position\":\"" + position
        + FormattableString.Invariant($"\",\"position_size\":\"{size}\"}}}}");

    private Task<string?> RowAsync(Trader trader) => rig.ScalarAsync<string?>(
        $"select concat_ws('|', action, coalesce(entry_refusal ->> 'code', ''), unplanned::text) from trading.orders where account_id = '{trader.Account}' order by seq desc limit 1");
}
