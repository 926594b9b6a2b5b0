using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts.Dialects;

/// <summary>
/// Messages of other tools over the whole way: what the account's settings add, what the log says of them, and what it does not show.
/// </summary>
public sealed class DialectMessageTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private const string Pine = "60123456789,buy,EURUSD,sl=25,secret=HappyTrader501";

    [Fact]
    public async Task What_a_message_leaves_out_comes_from_the_account_and_the_log_says_what_it_was_read_as()
    {
        var ada = await rig.NewTraderAsync();
        var bare = await ada.AlertAsync(Pine);
        bare.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        bare.Code.ShouldBe("signal.invalid");
        bare.Fields.ShouldBe(["risk", "sl"], ignoreOrder: true);
        bare.Json.GetRawText().ShouldContain("default_size");
        bare.Json.GetRawText().ShouldContain("stop_unit");

        (await ada.Person.PatchAsync($"/api/accounts/{ada.Account}",
            """{"default_size":{"mode":"equity_percent","value":5},"stop_unit":"pips"}""")).Status.ShouldBe(HttpStatusCode.OK);

        (await ada.AlertAsync(Pine)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.LoggedAsync("dialect", rows: 2)).ShouldBe("pineconnector");
        var intent = await rig.ScalarAsync<string>($"select intent::text from trading.orders where account_id = '{ada.Account}'");
        intent.ShouldNotBeNull().ShouldContain("EquityPercent");
        intent.ShouldContain("Pips");
        var listed = (await ada.Person.GetAsync($"/api/webhooks/log?account_id={ada.Account}")).Json.GetProperty("items");
        listed.EnumerateArray().ShouldAllBe(row => row.GetProperty("dialect").GetString() == "pineconnector");
    }

    [Theory]
    [Trait("Control", "K2")]
    [InlineData(Pine, "60123456789", "HappyTrader501")]
    [InlineData("6012345678901,eaoff,eaoff", "6012345678901", "6012345678901")]
    [InlineData("key=cross-secret-1;command=PLACE;instrument=EURUSD;action=BUY;qty=1;", "cross-secret-1", "cross-secret-1")]
    [InlineData("""{"secret":"three-commas-1","bot_uuid":"b-1","action":"enter_long"}""", "three-commas-1", "three-commas-1")]
    public async Task A_secret_of_another_tool_is_in_no_log_and_in_no_answer(string message, string first, string second)
    {
        var ada = await rig.NewTraderAsync();

        var answer = await ada.AlertAsync(message);

        ((int)answer.Status).ShouldBeLessThan(500);
        var row = await ada.LoggedAsync("to_jsonb(webhooks_log)");
        foreach (var secret in (string[])[first, second])
        {
            row.ShouldNotContain(secret);
            answer.Json.GetRawText().ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task A_key_of_another_tool_opens_nothing_and_closes_nothing_and_ours_counts_where_it_stands()
    {
        var ada = await rig.NewTraderAsync();
        const string place = "command=PLACE;instrument=EURUSD;action=BUY;qty=1;";

        (await ada.AlertAsync($"key=cross-secret-1;{place}")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.SendAsync("/webhook/paper", $"key={ada.Key};{place}")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.SendAsync("/webhook/paper", $"key=cross-secret-1;{place}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.AlertAsync($"key={ada.Key[..^1]}x;{place}")).Status.ShouldBe(HttpStatusCode.Unauthorized, "two keys that differ");
    }

    [Fact]
    public async Task A_fault_that_a_later_check_finds_is_told_by_the_field_of_the_message()
    {
        var ada = await rig.NewTraderAsync();

        var offStep = await ada.AlertAsync("key=cross-secret-1;command=PLACE;instrument=EURUSD;action=BUY;qty=1.001;");

        offStep.Fields.ShouldBe(["qty"]);
    }

    [Fact]
    public async Task A_message_that_failed_for_a_setting_is_sent_again_from_the_log()
    {
        var ada = await rig.NewTraderAsync();
        await ada.AlertAsync(Pine);
        var id = await ada.LoggedAsync("id");
        await ada.Person.PatchAsync($"/api/accounts/{ada.Account}",
            """{"default_size":{"mode":"equity_percent","value":5},"stop_unit":"pips"}""");

        (await ada.Person.PostAsync($"/api/webhooks/log/{id}/replay")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_tool_that_is_not_read_is_named()
    {
        var ada = await rig.NewTraderAsync();

        var answer = await ada.AlertAsync("""{"ticker":"EURUSD","action":"buy","pointer":"ptr-secret-1"}""");

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Text("error").ShouldContain("Tickerly");
        answer.Text("error").ShouldContain("template");
        (await ada.LoggedAsync("dialect")).ShouldBe("other-tool");
    }

    [Fact]
    public async Task Test_it_says_what_a_message_of_another_tool_would_do()
    {
        var ada = await rig.NewTraderAsync();

        var result = await ada.Person.PostAsync("/api/webhooks/validate",
            new { account_id = ada.Account.Value, body = "60123456789,buy,EURUSD,vol_lots=0.5" });

        result.Text("dialect").ShouldBe("pineconnector");
        result.Json.GetProperty("qty").GetDecimal().ShouldBe(0.5m);
    }

    [Fact]
    public async Task The_page_has_a_message_of_each_tool_that_is_read_and_it_is_read()
    {
        var ada = await rig.NewTraderAsync();

        var tools = (await ada.Person.GetAsync("/api/webhooks/tools")).Json;

        tools.EnumerateArray().Select(tool => tool.GetProperty("dialect").GetString())
            .ShouldBe(["crosstrade", "pineconnector", "strategy-json", "traderspost"], ignoreOrder: true);
        foreach (var tool in tools.EnumerateArray())
        {
            var message = tool.GetProperty("message").GetString()!;
            foreach (var (name, value) in Filled) message = message.Replace(name, value, StringComparison.Ordinal);
            message.ShouldNotContain("{{");
            var result = await ada.Person.PostAsync("/api/webhooks/validate", new { account_id = ada.Account.Value, body = message });
            result.Text("dialect").ShouldBe(tool.GetProperty("dialect").GetString());
        }
    }

    private static readonly (string Name, string Value)[] Filled =
    [
        ("{{ticker}}", "EURUSD"), ("{{timenow}}", "2026-11-29T12:00:00Z"), ("{{close}}", "1.09"), ("{{strategy.order.action}}", "buy"),
        ("{{strategy.order.contracts}}", "1"), ("{{strategy.order.price}}", "1.09"), ("{{strategy.order.id}}", "Long"),
        ("{{strategy.market_position}}", "long"), ("{{strategy.market_position_size}}", "1"), ("{{strategy.prev_market_position}}", "flat"),
        ("{{strategy.prev_market_position_size}}", "0"),
    ];

    [Fact]
    public async Task A_strategy_of_one_text_is_recorded_as_where_it_goes()
    {
        var ada = await rig.NewTraderAsync();
        const string long1 = """{"ticker":"EURUSD","strategy":{"market_position":"long","market_position_size":"1","prev_market_position":"flat","prev_market_position_size":"0"}}""";
        const string flat = """{"ticker":"EURUSD","strategy":{"market_position":"flat","market_position_size":"0","prev_market_position":"long","prev_market_position_size":"1"}}""";

        (await ada.AlertAsync(long1)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.AlertAsync(flat)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.AlertAsync("""{"ticker":"EURUSD","action":"sell","sentiment":"flat","quantity":"1"}""")).Status
            .ShouldBe(HttpStatusCode.OK);

        (await rig.ScalarAsync<string>(
            $"select string_agg(action, ' ' order by created_at, id) from trading.orders where account_id = '{ada.Account}'"))
            .ShouldNotBeNull().ShouldBe("reverse close close");
        (await ada.LoggedAsync("dialect", rows: 3)).ShouldBe("traderspost");
    }
}
