using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class LogTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private const string Instrument = """{"tick_size":0.00001,"contract_size":100000,"quote_currency":"USD"}""";
    private const string Accepted = """{"status":"Filled"}""";
    private const string Rejected =
        "status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'Market closed', answered_at = clock_timestamp()";

    [Fact]
    public async Task The_log_is_listed_newest_first_by_page_and_filter()
    {
        var trader = await rig.NewTraderAsync();
        await trader.AlertAsync(Trader.Buy);
        await trader.AlertAsync("nonsense");
        await trader.AlertAsync("""{"intent":{"side":"sell","symbol":"EURUSD","qty":1}}""");
        await trader.LoggedAsync("1", rows: 3);

        var all = await trader.Person.GetAsync($"/api/webhooks/log?account_id={trader.Account}");
        var first = await trader.Person.GetAsync("/api/webhooks/log?limit=2");
        var second = await trader.Person.GetAsync($"/api/webhooks/log?limit=2&cursor={first.Text("next_cursor")}");
        var refused = await trader.Person.GetAsync("/api/webhooks/log?status=422");

        Statuses(all).ShouldBe([200, 422, 200]);
        Statuses(first).ShouldBe([200, 422]);
        Statuses(second).ShouldBe([200]);
        second.Json.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        Statuses(refused).ShouldBe([422]);
        Statuses(await trader.Person.GetAsync("/api/webhooks/log?status=4xx")).ShouldBe([422]);
        Statuses(await trader.Person.GetAsync("/api/webhooks/log?from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z")).ShouldBeEmpty();
        (await trader.Person.GetAsync("/api/webhooks/log?cursor=zz&status=many&limit=0")).Fields
            .ShouldBe(["limit", "status", "cursor"], ignoreOrder: true);
        var row = all.Json.GetProperty("items")[0];
        row.GetProperty("payload").GetProperty("intent").GetProperty("side").GetString().ShouldBe("sell");
        row.GetProperty("received_at").GetString()!.ShouldEndWith("Z");
        all.Json.GetProperty("items")[1].GetProperty("payload").GetString().ShouldBe("nonsense");
        all.Json.GetRawText().ShouldNotContain(trader.Key);
    }

    [Fact]
    public async Task One_row_has_what_was_understood_and_all_that_became_of_it()
    {
        var trader = await rig.NewTraderAsync();
        var id = (await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2,"price":1.1}}""")).Text("webhook_id");
        await trader.LoggedAsync("1");
        await rig.ExecuteAsync($"""
            insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data)
                values ('{trader.Account}', 'EURUSD', '{trader.Person.TenantId}', 'EURUSD', '{Instrument}') on conflict do nothing;
            update trading.orders set broker_symbol = 'EURUSD' where webhook_id = '{id}';
            insert into trading.fills (tenant_id, account_id, broker_fill_id, order_id, symbol, side, qty, price, at)
                select tenant_id, account_id, id::text, id, symbol, side, 2, 1.10005, now() from trading.orders where webhook_id = '{id}';
            insert into trading.order_events (tenant_id, order_id, kind, detail) select tenant_id, id, 'accepted', '{Accepted}' from trading.orders where webhook_id = '{id}'
            """);

        var row = (await trader.Person.GetAsync($"/api/webhooks/log/{id}")).Json;

        row.GetProperty("intent").GetProperty("price").GetDecimal().ShouldBe(1.1m);
        row.GetProperty("orders").EnumerateArray().ShouldHaveSingleItem().GetProperty("webhook_id").GetString().ShouldBe(id);
        var fill = row.GetProperty("fills").EnumerateArray().ShouldHaveSingleItem();
        (fill.GetProperty("slippage_ticks").GetDecimal(), fill.GetProperty("slippage_money").GetDecimal()).ShouldBe((5m, 10m));
        row.GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("kind").GetString()).ShouldContain("accepted");
        var refused = (await trader.AlertAsync("nonsense")).Text("webhook_id");
        await trader.LoggedAsync("1", rows: 2);
        (await trader.Person.GetAsync($"/api/webhooks/log/{refused}")).Json.GetProperty("intent").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task One_row_has_its_order_and_checks_and_is_its_tenants_own()
    {
        var trader = await rig.NewTraderAsync();
        var stranger = await Person.SignUpAsync(rig);
        var id = (await trader.AlertAsync(Trader.Buy)).Text("webhook_id");
        await trader.LoggedAsync("1");

        var row = await trader.Person.GetAsync($"/api/webhooks/log/{id}");

        row.Json.GetProperty("order").GetProperty("status").GetString().ShouldBe("FILLED");
        row.Json.GetProperty("checks").EnumerateArray().ShouldAllBe(check => check.GetProperty("passed").GetBoolean());
        row.Json.GetProperty("stages").GetProperty("receive").GetDecimal().ShouldBeGreaterThan(0);
        row.Json.GetProperty("stages").GetProperty("record").GetDecimal().ShouldBeGreaterThan(0);
        (await stranger.GetAsync($"/api/webhooks/log/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        Statuses(await stranger.GetAsync("/api/webhooks/log")).ShouldBeEmpty();
        Statuses(await stranger.GetAsync($"/api/webhooks/log?account_id={trader.Account}")).ShouldBeEmpty();
        (await stranger.PostAsync($"/api/webhooks/log/{id}/replay")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_failed_signal_is_sent_again_as_a_new_one_that_names_the_old()
    {
        var trader = await rig.NewTraderAsync(Rejected);
        var failed = (await trader.AlertAsync("""{"id":"x","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""")).Text("webhook_id");
        await trader.LoggedAsync("1");
        rig.SetDesk(trader, "status = 'FILLED', filled_qty = 1, avg_price = 1.1, answered_at = clock_timestamp()");

        var replay = await trader.Person.PostAsync($"/api/webhooks/log/{failed}/replay");
        var pressedTwice = await trader.Person.PostAsync($"/api/webhooks/log/{failed}/replay");

        (replay.Status, replay.Text("status")).ShouldBe((HttpStatusCode.OK, "filled"));
        pressedTwice.Text("duplicate_of").ShouldBe(replay.Text("webhook_id"));
        (await trader.CountAsync("trading.orders")).ShouldBe(2);
        (await rig.ScalarAsync<Guid>($"select replay_of from alerts.webhooks_log where id = '{replay.Text("webhook_id")}'"))
            .ShouldBe(Guid.Parse(failed));
        await trader.LoggedAsync("1", rows: 3);
        (await trader.Person.PostAsync($"/api/webhooks/log/{replay.Text("webhook_id")}/replay")).Code.ShouldBe("webhook.not_replayable");
    }

    [Fact]
    public async Task A_message_that_was_removed_is_shown_as_removed_and_cannot_be_sent_again()
    {
        var trader = await rig.NewTraderAsync(Rejected);
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var id = await trader.LoggedAsync("id::text");

        var database = rig.Platform.Database;
        var inAMonth = new ShiftedClock(TimeSpan.FromDays(31));
        var retention = Options.Create(new RetentionOptions());
        await new PayloadRemoval(new Months(database), new PageByPage(database, inAMonth), new JobRecords(database), retention, inAMonth)
            .RunAsync(CancellationToken.None);

        var shown = (await trader.Person.GetAsync($"/api/webhooks/log/{id}")).Json;
        shown.GetProperty("removed").GetString().ShouldBe("removed after 30 days");
        (shown.GetProperty("payload").ValueKind, shown.GetProperty("response").ValueKind)
            .ShouldBe((JsonValueKind.Null, JsonValueKind.Null));
        (shown.GetProperty("status").GetInt32(), shown.GetProperty("checks").GetArrayLength() > 0).ShouldBe((422, true));
        var listed = (await trader.Person.GetAsync($"/api/webhooks/log?account_id={trader.Account}")).Json.GetProperty("items")[0];
        listed.GetProperty("removed").GetString().ShouldBe("removed after 30 days");
        var again = await trader.Person.PostAsync($"/api/webhooks/log/{id}/replay");
        (again.Status, again.Code).ShouldBe((HttpStatusCode.Conflict, "webhook.not_replayable"));
        again.Text("detail").ShouldContain("removed after 30 days");
    }

    [Fact]
    public async Task A_template_is_ready_to_send()
    {
        var trader = await rig.NewTraderAsync();

        var template = await trader.Person.GetAsync(
            $"/api/webhooks/template?account_id={trader.Account}&symbol=EURUSD&side=sell&qty=0.5&sl=1.1&tp=2&tp_mode=rr");

        template.Text("url").ShouldEndWith($"/webhook/paper/{trader.Key}");
        template.Text("message").ShouldContain("{{timenow}}");
        var answer = await trader.SendAsync(new Uri(template.Text("url")).AbsolutePath, template.Text("message"));
        answer.Text("status").ShouldBe("filled");
        (await rig.ScalarAsync<string>(
            $"select side || ' ' || trim_scale(qty) || ' ' || (intent -> 'take_profit' ->> 'mode') from trading.orders where account_id = '{trader.Account}'"))
            .ShouldBe("SELL 0.5 Rr");
        (await trader.Person.GetAsync($"/api/webhooks/template?account_id={trader.Account}&side=up&qty=none")).Fields
            .ShouldBe(["side", "qty"], ignoreOrder: true);
        (await (await Person.SignUpAsync(rig)).GetAsync($"/api/webhooks/template?account_id={trader.Account}")).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await (await trader.Person.InviteAsync(rig, "viewer")).GetAsync($"/api/webhooks/template?account_id={trader.Account}")).Status
            .ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Validate_says_what_would_happen_and_sends_nothing()
    {
        var trader = await rig.NewTraderAsync();
        const string vector = """{"time":"{{timenow}}","intent":{"side":"buy","type":"limit","price":1.09,"symbol":"OANDA:EURUSD","qty":1,"sl":{"mode":"price","value":1.0850},"tp":{"mode":"rr","value":2}}}""";

        var sound = await trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body = vector });
        var offStep = await trader.Person.PostAsync("/api/webhooks/validate",
            new { account_id = trader.Account.Value, body = vector.Replace("\"qty\":1", "\"qty\":0.015") });
        var broken = await trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body = "{'a'" });

        sound.Status.ShouldBe(HttpStatusCode.OK);
        sound.Json.GetProperty("would_execute").GetBoolean().ShouldBeTrue(sound.Json.GetRawText());
        (sound.Json.GetProperty("entry").GetDecimal(), sound.Json.GetProperty("stop_loss").GetDecimal(), sound.Json
            .GetProperty("take_profit").GetDecimal(), sound.Json.GetProperty("qty").GetDecimal()).ShouldBe((1.09m, 1.085m, 1.1m, 1m));
        sound.Json.GetProperty("symbol").GetProperty("canonical").GetString().ShouldBe("EURUSD");
        sound.Json.GetProperty("intent").GetProperty("action").GetString().ShouldBe("open");
        offStep.Json.GetProperty("would_execute").GetBoolean().ShouldBeFalse();
        offStep.Fields.ShouldBe(["intent.qty"]);
        broken.Fields.ShouldBe(["body"]);
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
        (await trader.CountAsync("alerts.webhooks_log")).ShouldBe(0);
        (await (await Person.SignUpAsync(rig)).PostAsync("/api/webhooks/validate",
            new { account_id = trader.Account.Value, body = vector })).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Validate_says_of_a_close_what_stays_open()
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, broker_symbol, symbol, side, qty, avg_price, opened_at, updated_at, status)
            values (gen_random_uuid(), '{trader.Person.TenantId}', '{trader.Account}', 'paper', 'P1', 'EURUSD', 'EURUSD', 'BUY', 2, 1.09, now(), now(), 'OPEN')
            """);

        var wrong = await ValidateAsync(trader, """{"intent":{"action":"close","side":"sell","symbol":"EURUSD"}}""");
        var right = await ValidateAsync(trader, """{"intent":{"action":"close","side":"buy","symbol":"EURUSD"}}""");
        var all = await ValidateAsync(trader, """{"intent":{"action":"close","symbol":"EURUSD"}}""");

        wrong.Json.GetProperty("would_execute").GetBoolean().ShouldBeFalse();
        wrong.Json.GetProperty("checks").EnumerateArray().Last().GetProperty("message").GetString()!
            .ShouldContain("A BUY of 2 EURUSD is open");
        right.Json.GetProperty("would_execute").GetBoolean().ShouldBeTrue();
        all.Json.GetProperty("would_execute").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_asks_before_sending_waits_longer_for_a_symbol_than_a_sender_does()
    {
        const string message = """{"intent":{"side":"buy","type":"limit","symbol":"GBPUSD","qty":1,"price":1.3}}""";
        var trader = await rig.NewTraderAsync();
        var asking = ValidateAsync(trader, message);
        await Eventually.True(() => rig.Questions.ContainsKey(trader.Account.Value), TimeSpan.FromSeconds(5),
            "the broker is asked for the symbol");

        // It came later, and has given up on the symbol by now.
        (await trader.AlertAsync(message)).Status.ShouldBe(HttpStatusCode.OK);
        var instrument = await rig.ScalarAsync<string>($$"""
            select (data || '{"symbol":"GBPUSD","broker_symbol":"GBPUSD"}')::text from connectors.instruments
            where account_id = '{{trader.Account}}' and symbol = 'EURUSD'
            """);
        rig.Questions[trader.Account.Value].SetResult(new BrokerAnswer(false, $$"""{"suggestions":[],"instrument":{{instrument}}}"""));

        (await asking).Json.GetProperty("symbol").GetProperty("broker").GetString().ShouldBe("GBPUSD");
    }

    [Fact]
    public async Task A_row_that_PostgreSQL_refuses_is_told_of_all_the_same()
    {
        var trader = await rig.NewTraderAsync();
        rig.Service<TradeFlow.Platform.Alerts.Log.WebhookLog>().Add(new TradeFlow.Platform.Alerts.Log.LogEntry
        {
            Id = Guid.CreateVersion7(), Tenant = trader.Person.TenantId, Account = trader.Account.Value, Broker = "paper",
            ReceivedAt = DateTimeOffset.UtcNow, Method = "POST", Path = "/webhook/paper", Payload = "a\0b", Status = 422, LatencyMs = 1,
            Stages = "{}", Response = "no JSON", Checks = "[]", IsRecorded = false,
        });

        (await trader.LoggedAsync("status || ' ' || error")).ShouldBe("422 What this signal was answered could not be kept.");
    }

    private static Task<Answer> ValidateAsync(Trader trader, string body) =>
        trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body });

    private static int[] Statuses(Answer page) =>
        [.. page.Json.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("status").GetInt32())];
}
