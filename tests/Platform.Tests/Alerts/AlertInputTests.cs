using System.Globalization;
using System.Net;
using System.Text;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>
/// What people paste and senders make of it, with the answer that tells the mend: status, code, field and a part of the words.
/// </summary>
public sealed class AlertInputTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private const string Sound = """{"version":"unify.v1","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""";
    private const string Limit = """{"intent":{"side":"buy","type":"limit","symbol":"EURUSD","qty":1,"price":1.08}}""";
    private const string WithStop =
        """{"intent":{"side":"buy","type":"limit","symbol":"EURUSD","qty":1,"price":1.09,"sl":{"mode":"price","value":1.085}}}""";

    /// <summary>A sound message with one part written in another way.</summary>
    private static string But(string message, string part, string written)
    {
        message.ShouldContain(part);
        return message.Replace(part, written, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, int, string, string, string> Messages => new()
    {
        // Numbers
        { "float noise of a limit price", But(Limit, "1.08", "\"1.0800000000000002\""), 200, "", "", "" },
        { "float noise of a stop", But(WithStop, "1.085", "1.0849999999999997"), 200, "", "", "" },
        { "float noise of a quantity", But(Sound, "\"qty\":1", "\"qty\":\"0.30000000000000004\""), 200, "", "", "" },
        { "off the step by more than noise", But(Sound, "\"qty\":1", "\"qty\":0.3000001"), 422, "signal.invalid", "intent.qty",
            "use 0.3 or 0.31" },
        { "noise is no quantity", But(Sound, "\"qty\":1", "\"qty\":1e-12"), 422, "signal.invalid", "intent.qty", "above zero" },
        { "a percentage", But(Sound, "\"qty\":1", "\"qty\":\"5%\""), 422, "signal.invalid", "intent.qty",
            "\"size\":{\"mode\":\"equity_percent\"" },
        { "half of a position", """{"intent":{"action":"close","symbol":"EURUSD","qty":"50%"}}""", 422, "signal.invalid", "intent.qty",
            "leave qty out to close all" },
        { "a close of nothing", """{"intent":{"action":"close","symbol":"EURUSD","qty":"0"}}""", 422, "signal.invalid", "intent.qty",
            "leave qty out to close all" },
        { "an entry of nothing", But(Sound, "\"qty\":1", "\"qty\":\"0\""), 422, "signal.invalid", "intent.qty", "\"action\":\"close\"" },
        { "money", But(Sound, "\"qty\":1", "\"qty\":\"25$\""), 422, "signal.invalid", "intent.qty", "currency sign" },
        { "a unit", But(Sound, "\"qty\":1", "\"qty\":\"0.5 lots\""), 422, "signal.invalid", "intent.qty", "without a unit" },
        { "a stop of nothing", But(WithStop, "1.085", "0"), 422, "signal.invalid", "intent.sl.value", "leave sl out" },
        { "a stop in percent, written so", But(WithStop, "1.085", "\"1%\""), 422, "signal.invalid", "intent.sl.value", "mode" },
        { "a reverse to nothing closes", """{"intent":{"action":"reverse","side":"buy","symbol":"EURUSD","qty":"0"}}""", 200, "", "", "" },
        { "a reverse to nothing by size closes",
            """{"intent":{"action":"reverse","side":"sell","symbol":"EURUSD","size":{"mode":"units","value":"0.0"}}}""", 200, "", "", "" },
        // JSON
        { "a number that begins with its point", But(Sound, "\"qty\":1", "\"qty\":.5"), 422, "signal.invalid", "body", "Write 0.5:" },
        { "a plus", But(Sound, "\"qty\":1", "\"qty\":+2"), 422, "signal.invalid", "body", "Write 2 without the plus" },
        { "a zero too many", But(Sound, "\"qty\":1", "\"qty\":05"), 422, "signal.invalid", "body", "Write 5 without a zero" },
        { "a number that ends with its point", But(Sound, "\"qty\":1", "\"qty\":1."), 422, "signal.invalid", "body", "ends with a digit" },
        { "no opening quote", But(Sound, "\"EURUSD\"", " EURUSD\""), 422, "signal.invalid", "body", "A quote is missing before EURUSD" },
        { "no quotes", But(Sound, "\"buy\"", "buy"), 422, "signal.invalid", "body", "Put double quotes around buy" },
        { "a name without its quote", But(Sound, "\"intent\"", "intent\""), 422, "signal.invalid", "body",
            "A quote is missing before intent" },
        { "HTML-escaped", Sound.Replace("\"", "&quot;", StringComparison.Ordinal), 422, "signal.invalid", "body", "HTML-escaped" },
        { "URL-encoded", Uri.EscapeDataString(Sound) + "=", 422, "signal.invalid", "body", "URL-encoded" },
        { "a list", "[" + Sound + "]", 422, "signal.invalid", "body", "without [ ]" },
        { "JSON in JSON", "\"" + Sound.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"", 422, "signal.invalid", "body",
            "put into quotes once more" },
        { "wrapped by a forwarder", "\"\"" + Sound + "\"\"", 422, "signal.invalid", "body", "remove the quotes around it" },
        { "a code fence", "```json\n" + Sound + "\n```", 422, "signal.invalid", "body", "remove what stands before it" },
        { "words before it", "Alert on EURUSD: " + Sound, 422, "signal.invalid", "body", "remove what stands before it" },
        { "Python's words", But(Sound, "\"qty\":1", "\"qty\":None"), 422, "signal.invalid", "body", "Write null" },
        { "Python's true", But(Sound, "\"qty\":1", "\"qty\":True"), 422, "signal.invalid", "body", "small letters" },
        { "backticks", But(Sound, "\"buy\"", "`buy`"), 422, "signal.invalid", "body", "double quotes" },
        { "an equals sign", But(Sound, "\"qty\":1", "\"qty\"=1"), 422, "signal.invalid", "body", "a colon" },
        { "a semicolon", But(Sound, "\"side\":\"buy\",", "\"side\":\"buy\";"), 422, "signal.invalid", "body", "a comma between" },
        { "two in one", Sound + Sound, 422, "signal.invalid", "body", "Two messages" },
        { "a blank that is none", But(Sound, "\"qty\":1", "\u00a0\"qty\":1"), 422, "signal.invalid", "body", "U+00A0" },
        { "NUL at the end", Sound + "\0", 200, "", "", "" },
        { "NUL and line break at the end", Sound + "\r\n\0\0", 200, "", "", "" },
        // Symbols
        { "a zero-width space", But(Sound, "EURUSD", "EUR\u200bUSD"), 422, "signal.invalid", "intent.symbol", "U+200B (zero-width space)" },
        { "a no-break space", But(Sound, "EURUSD", "EUR\u00a0USD"), 422, "signal.invalid", "intent.symbol", "U+00A0 (no-break space)" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Each_message_is_taken_or_told_its_mend(
        string what, string message, int status, string code, string field, string words)
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.AlertAsync(message);

        ((int)answer.Status, answer.Code ?? "").ShouldBe((status, code), $"{what}: {answer.Json}");
        if (status == 200) return;
        answer.Fields.ShouldBe([field], what);
        answer.Json.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(words);
        answer.Text("error").ShouldContain(words);
        (await trader.LoggedAsync("status || ' ' || (error is not null)")).ShouldBe($"{status} true");
        // Whoever asks before sends hears the same.
        var validated = await trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body = message });
        validated.Json.GetProperty("errors").GetProperty(field)[0].GetString()!.ShouldContain(words);
    }

    public static TheoryData<string, byte[], string> Bytes => new()
    {
        { "Latin-1", Encoding.Latin1.GetBytes("{\"comment\":\"clôture\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}"),
            "byte 15 is a ô in Latin-1" },
        { "UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Sound)], "UTF-16" },
        { "UTF-16 without its mark", Encoding.Unicode.GetBytes(But(Sound, "EURUSD", "EURUSD\ud83d\ude00")), "UTF-16" },
        { "cut in a letter", [.. Encoding.UTF8.GetBytes("{\"comment\":\""), 0xC3], "UTF-8" },
    };

    [Theory]
    [Trait("Control", "I1")]
    [MemberData(nameof(Bytes))]
    public async Task Bytes_that_are_no_text_are_told_what_they_are(string what, byte[] body, string words)
    {
        var trader = await rig.NewTraderAsync();

        var answer = await trader.SendAsync($"/webhook/paper/{trader.Key}", body);

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "signal.invalid"), what);
        answer.Text("error").ShouldContain(words);
    }

    [Fact]
    public async Task A_reverse_to_nothing_is_recorded_as_the_exit_that_it_is()
    {
        var trader = await rig.NewTraderAsync();
        await rig.ExecuteAsync($"update accounts.accounts set exit_only = true where id = '{trader.Account}'");

        var answer = await trader.AlertAsync(
            """{"intent":{"action":"reverse","side":"buy","symbol":"EURUSD","qty":0,"sl":{"mode":"pips","value":10}}}""");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        (await rig.ScalarAsync<string>(
            $"select action || ' ' || coalesce(side, 'both') || ' ' || coalesce(qty::text, 'all') from trading.orders where account_id = '{trader.Account}'"))
            .ShouldBe("close both all");
        var validated = await trader.Person.PostAsync("/api/webhooks/validate",
            new { account_id = trader.Account.Value, body = """{"intent":{"action":"reverse","side":"buy","symbol":"EURUSD","qty":0}}""" });
        validated.Json.GetProperty("intent").GetProperty("action").GetString().ShouldBe("close");
    }

    [Theory]
    [Trait("Control", "W2")]
    [InlineData(null, 3 * 86_400, "open", 200, true)]
    [InlineData(300, 301, "open", 422, true)]
    [InlineData(300, 240, "open", 200, true)]
    [InlineData(300, 30, "open", 200, false)]
    [InlineData(300, 301, "close", 200, true)]
    [InlineData(300, 301, "flatten", 200, true)]
    [InlineData(300, -600, "open", 200, false)]
    public async Task An_old_alert_is_refused_where_the_account_says_so_and_an_exit_never(
        int? most, int age, string action, int status, bool isMarked)
    {
        var trader = await rig.NewTraderAsync();
        (await trader.Person.PatchAsync($"/api/accounts/{trader.Account}", new { max_age_seconds = most })).Json
            .GetProperty("max_age_seconds").ToString().ShouldBe(most?.ToString(CultureInfo.InvariantCulture) ?? "");
        var time = DateTimeOffset.UtcNow.AddSeconds(-age).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var message = "{\"time\":\"" + time + "\",\"intent\":{\"action\":\"" + action + "\"" +
            (action == "open" ? ",\"side\":\"buy\",\"qty\":1" : "") + (action == "flatten" ? "" : ",\"symbol\":\"EURUSD\"") + "}}";

        var answer = await trader.AlertAsync(message);

        ((int)answer.Status).ShouldBe(status, answer.Json.ToString());
        var lag = await trader.LoggedAsync("coalesce(lag_seconds, 0)");
        int.Parse(lag, CultureInfo.InvariantCulture).ShouldBeInRange(isMarked ? age : 0, isMarked ? age + 5 : 0);
        var row = (await trader.Person.GetAsync($"/api/webhooks/log/{await trader.LoggedAsync("id")}")).Json;
        row.GetProperty("lag_seconds").ToString().ShouldBe(isMarked ? lag : "");
        var old = row.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("code").GetString() == "age").ToList();
        if (status == 422)
        {
            (answer.Code, answer.Fields.Single()).ShouldBe(("signal.stale", "time"));
            answer.Text("time").ShouldBe(time);
            answer.Text("received_at").ShouldEndWith("Z");
            answer.Text("error").ShouldContain(time.Replace('T', ' '));
            old.ShouldHaveSingleItem().GetProperty("passed").GetBoolean().ShouldBeFalse();
            (await trader.CountAsync("trading.orders")).ShouldBe(0);
        }
        else if (action != "open") old.ShouldHaveSingleItem().GetProperty("message").GetString()!.ShouldContain("An exit goes on");
        var validated = await trader.Person.PostAsync("/api/webhooks/validate", new { account_id = trader.Account.Value, body = message });
        if (status == 422 || action != "open")
            validated.Json.GetProperty("would_execute").GetBoolean().ShouldBe(status == 200, validated.Json.ToString());
    }

    [Fact]
    public async Task A_person_who_sends_an_old_signal_again_means_now()
    {
        var trader = await rig.NewTraderAsync();
        await trader.Person.PatchAsync($"/api/accounts/{trader.Account}", new { max_age_seconds = 60 });
        var id = (await trader.AlertAsync("""{"time":"2026-01-01T00:00:00Z","intent":{"side":"buy","symbol":"EURUSD","qty":1}}"""))
            .Text("webhook_id");
        await trader.LoggedAsync("1");

        (await trader.Person.PostAsync($"/api/webhooks/log/{id}/replay")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
