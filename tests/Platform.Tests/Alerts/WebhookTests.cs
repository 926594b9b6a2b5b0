using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class WebhookTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Fact]
    public async Task A_signal_that_the_broker_takes_is_answered_with_its_fill()
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync(Trader.Buy);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        answer.Text("status").ShouldBe("filled");
        answer.Text("broker_order_id").ShouldBe("B1");
        (answer.Json.GetProperty("filled_qty").GetDecimal(), answer.Json.GetProperty("avg_price").GetDecimal()).ShouldBe((1m, 1.09m));
        answer.Json.GetProperty("latency_ms").GetDecimal().ShouldBeInRange(0.001m, 5000m);
        var order = await rig.ScalarAsync<Guid>($"select id from trading.orders where webhook_id = '{answer.Text("webhook_id")}'");
        answer.Text("order_id").ShouldBe(order.ToString());
    }

    [Theory]
    [InlineData(
        "status = 'REJECTED', reject_code = 'broker.rejected', reject_reason = 'Not enough margin', answered_at = clock_timestamp()", 422,
        "broker.rejected")]
    [InlineData(
        "status = 'REJECTED', reject_code = 'broker.unreachable', reject_reason = 'Connection refused', answered_at = clock_timestamp()",
        422, "broker.unreachable")]
    [InlineData("status = 'CANCELED', reject_code = 'nothing_to_close', answered_at = clock_timestamp()", 200, "nothing_to_close")]
    [InlineData("status = 'WORKING', broker_order_id = 'B2', answered_at = clock_timestamp()", 200, "working")]
    [InlineData("status = 'PARTIALLY_FILLED', filled_qty = 0.4, answered_at = clock_timestamp()", 200, "working")]
    [InlineData("status = 'CANCELED', filled_qty = 0.4, answered_at = clock_timestamp()", 200, "filled")]
    [InlineData("status = 'CANCELED', answered_at = clock_timestamp()", 200, "canceled")]
    public async Task Each_outcome_has_its_answer(string desk, int status, string word)
    {
        var trader = await rig.NewTraderAsync(desk);

        var answer = await trader.AlertAsync(Trader.Buy);

        ((int)answer.Status).ShouldBe(status);
        (answer.Json.TryGetProperty("status", out var named) ? named.GetString() : answer.Code).ShouldBe(word);
        answer.Json.GetProperty("order_id").GetGuid().ShouldNotBe(Guid.Empty);
        answer.Json.GetProperty("success").GetBoolean().ShouldBe(status == 200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("status = 'UNKNOWN', answered_at = clock_timestamp()")]
    public async Task Without_an_outcome_in_two_seconds_it_is_pending(string desk)
    {
        var trader = await rig.NewTraderAsync(desk);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var answer = await trader.AlertAsync(Trader.Buy);

        answer.Status.ShouldBe(HttpStatusCode.Accepted);
        answer.Text("status").ShouldBe("pending");
        // Not at once; that a sender still listens by then is RepeatTests'.
        watch.Elapsed.TotalSeconds.ShouldBeInRange(1.5, 10);
        (await trader.LoggedAsync("status")).ShouldBe("202");
    }

    [Fact]
    [Trait("Control", "K5")]
    public async Task The_key_may_stand_in_the_path_in_the_body_or_in_the_header()
    {
        var trader = await rig.NewTraderAsync();
        var inBody = $$$"""{"key":"{{{trader.Key}}}","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";

        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync("/webhook/paper", inBody)).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync("/webhook/paper", """{"intent":{"side":"sell","symbol":"EURUSD","qty":1}}""", bearer: trader.Key)).Status
            .ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync($"/api/unify/v1/webhook/paper/{trader.Key}",
            """{"intent":{"side":"sell","symbol":"EURUSD","qty":2}}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync($"/webhook/paper/{trader.Key}", """{"intent":{"side":"sell","symbol":"EURUSD","qty":3}}""",
            contentType: null)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "K5")]
    [Trait("Control", "W1")]
    public async Task Whatever_is_wrong_with_a_key_the_answer_is_the_same()
    {
        var trader = await rig.NewTraderAsync();
        var other = await rig.NewTraderAsync();
        var wrong = trader.Key[..^1] + (trader.Key[^1] == 'a' ? 'b' : 'a');
        Answer[] answers =
        [
            await trader.SendAsync("/webhook/paper", Trader.Buy),
            await trader.SendAsync($"/webhook/paper/{wrong}", Trader.Buy),
            await trader.SendAsync("/webhook/paper/x", Trader.Buy),
            await trader.SendAsync($"/webhook/paper/{trader.Key}", Trader.Buy, bearer: other.Key),
            await trader.SendAsync($"/webhook/paper/{trader.Key}", $$$"""{"key":"{{{other.Key}}}","intent":{}}"""),
            await trader.SendAsync($"/webhook/nobroker/{wrong}", Trader.Buy),
            await trader.SendAsync($"/webhook/paper?key={trader.Key}", Trader.Buy),
            await trader.SendAsync($"/webhook/paper/{trader.Key}?key={trader.Key}", Trader.Buy),
            await trader.SendAsync($"/webhook/paper/{wrong}", "not json at all"),
        ];

        answers.Select(answer => (int)answer.Status).ShouldAllBe(status => status == 401);
        answers.Select(answer => answer.Json.GetRawText()).Distinct().ShouldHaveSingleItem().ShouldContain("auth.invalid_key");
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
    }

    [Fact]
    [Trait("Control", "W1")]
    public async Task Who_holds_the_key_is_told_which_broker_it_is_for_and_who_does_not_learns_nothing()
    {
        var trader = await rig.NewTraderAsync();
        var wrong = trader.Key[..^1] + (trader.Key[^1] == 'a' ? 'b' : 'a');

        var held = await trader.SendAsync($"/webhook/nobroker/{trader.Key}", Trader.Buy);
        var guessed = await trader.SendAsync($"/webhook/nobroker/{wrong}", Trader.Buy);

        (held.Status, held.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_key"));
        held.Text("error").ShouldStartWith("This is a key of paper:");
        guessed.Json.GetRawText().ShouldBe((await trader.SendAsync("/webhook/paper/x", Trader.Buy)).Json.GetRawText());
        (await trader.LoggedAsync("code")).ShouldBe("auth.invalid_key");
        (await trader.CountAsync("alerts.webhooks_log")).ShouldBe(1);
    }

    [Theory]
    [InlineData("/webhook/paper/{0}%20")]
    [InlineData("/webhook/paper/%20{0}")]
    [InlineData("/webhook/paper/{0}/")]
    [InlineData("/webhook/paper//{0}")]
    [InlineData("/webhook//paper/{0}")]
    [InlineData("/api/unify/v1/webhook//paper/{0}")]
    public async Task An_address_that_was_pasted_a_little_wrong_is_understood(string address)
    {
        var trader = await rig.NewTraderAsync();

        (await trader.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, trader.Key), Trader.Buy)).Status
            .ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_of_nothing_is_404()
    {
        var trader = await rig.NewTraderAsync();

        (await trader.SendAsync($"/webhook/paper/{trader.Key}/more", Trader.Buy)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await trader.SendAsync("/webhook", Trader.Buy)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_disabled_account_is_refused_with_its_own_code_and_a_row()
    {
        var trader = await rig.NewTraderAsync();
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        // Without a message: the record itself finds that the account has changed.
        await rig.ExecuteAsync($"update accounts.accounts set enabled = false where id = '{trader.Account}'");

        var answer = await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""");

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.account_disabled"));
        (await trader.LoggedAsync("code", rows: 2)).ShouldBe("auth.account_disabled");
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_gone_opens_nothing_from_that_moment()
    {
        var trader = await rig.NewTraderAsync();
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        await rig.ExecuteAsync($"delete from accounts.api_keys where account_id = '{trader.Account}'");

        var answer = await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":2}}""");

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Unauthorized, "auth.invalid_key"));
    }

    [Fact]
    public async Task A_change_of_the_account_in_between_is_read_and_the_signal_goes_on()
    {
        var trader = await rig.NewTraderAsync();
        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        await rig.ExecuteAsync($"update accounts.accounts set dedupe_seconds = 0, stop_epoch = 7 where id = '{trader.Account}'");

        (await trader.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);

        (await trader.CountAsync("trading.orders")).ShouldBe(2, "the new dedupe_seconds counts");
        (await rig.ScalarAsync<long>($"select max(stop_epoch) from trading.orders where account_id = '{trader.Account}'")).ShouldBe(7);
    }

    [Theory]
    [InlineData("""{"intent":{"broker":"other","side":"buy","symbol":"EURUSD","qty":1}}""", "intent.broker")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":0.015}}""", "intent.qty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1000}}""", "intent.qty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":"{{close}}"}}""", "intent.qty")]
    [InlineData("not json", "body")]
    [InlineData("", "body")]
    public async Task What_is_not_understood_is_named_by_its_field_and_leaves_a_row(string body, string field)
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync(body);

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "signal.invalid"));
        answer.Fields.ShouldBe([field]);
        (await trader.LoggedAsync("status || ' ' || code")).ShouldBe("422 signal.invalid");
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
    }

    [Fact]
    public async Task A_quantity_off_the_step_is_told_what_fits()
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync("""{"intent":{"side":"buy","symbol":"EURUSD","qty":0.015}}""");

        answer.Json.GetProperty("errors").GetProperty("intent.qty")[0].GetString()
            .ShouldBe("0.015 is not a multiple of 0.01 lots; use 0.01 or 0.02.");
    }

    [Fact]
    [Trait("Control", "R2")]
    public async Task A_body_over_64_KiB_is_413_with_a_row()
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync("{\"a\":\"" + new string('x', 64 * 1024) + "\"}");

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "signal.invalid"));
        (await trader.LoggedAsync("status")).ShouldBe("413");
        (await trader.AlertAsync("{\"pad\":\"" + new string('x', 60_000) +
            "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_log_has_the_answer_the_stages_and_the_checks()
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync(Trader.Buy);

        (await trader.LoggedAsync("response ->> 'webhook_id'")).ShouldBe(answer.Text("webhook_id"));
        (await trader.LoggedAsync("id")).ShouldBe(answer.Text("webhook_id"));
        (await trader.LoggedAsync("(select bool_and(value::numeric >= 0) and count(*) = 5 from jsonb_each_text(stages))")).ShouldBe("true");
        (await trader.LoggedAsync(
            "(select string_agg(c ->> 'code', ' ') from jsonb_array_elements(checks) c where (c ->> 'passed')::bool)"))
            .ShouldBe("key rate body symbol duplicate trial.trades trial.expired risk.daily_loss risk.trading_hours risk.trades_per_day risk.open_positions risk.denied_instrument risk.news_lockout");
    }

    [Fact]
    [Trait("Control", "K6")]
    public async Task Keys_and_secrets_are_nowhere_in_the_log()
    {
        var trader = await rig.NewTraderAsync();
        const string canary = "CanaryCanaryCanary42";
        string[] bodies =
        [
            $$$"""{"key":"{{{trader.Key}}}","password":"{{{canary}}}","note":"{{{trader.Key}}}","intent":{"side":"buy","symbol":"EURUSD","qty":"{{{trader.Key}}}"}}""",
            $$$"""{'key':'{{{trader.Key}}}', 'token': '{{{canary}}}'""",
            $$$"""key={{{trader.Key}}};secret={{{canary}}}""",
            $$$"""{"note":"sk_live_{{{canary}}}","intent":{"side":"buy","symbol":"EURUSD","qty":1,"{{{trader.Key}}}":1}}""",
            $$$"""{"action":"buy","pointer":"{{{canary}}}","apiSecret":"{{{canary}}}","access-token":"{{{canary}}}","multiple_accounts":[{"token":"{{{canary}}}"}]}""",
            $$$"""{{{canary}}},buy,EURUSD,risk=1,secret={{{canary}}}""",
            $$$"""key={{{canary}}};command=PLACE;instrument=MES;webhookPasskey={{{canary}}}""",
            $$$"""{"intent":{"side":"buy","symbol":"{{{trader.Key}}}","qty":1}}""",
            $$$"""{"intent":{"side":"buy","symbol": {{{trader.Key}}}","qty":1}}""",
        ];
        foreach (var body in bodies)
        {
            var answer = await trader.AlertAsync(body);
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, body);
            answer.Json.GetRawText().ShouldNotContain(trader.Key, Case.Insensitive);
        }
        await trader.LoggedAsync("1", rows: bodies.Length);

        var found = await rig.ScalarAsync<long>(
            $"select count(*) from alerts.webhooks_log w where w::text ilike '%{trader.Key}%' or w::text like '%{canary}%'");

        found.ShouldBe(0);
        (await rig.ScalarAsync<long>($"select count(*) from trading.orders o where o::text like '%{trader.Key}%'")).ShouldBe(0);
    }
}
