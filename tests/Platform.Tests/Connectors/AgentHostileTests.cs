using System.Diagnostics;
using System.Net;
using TradeFlow.FakeExpertAdvisor;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// Reports of programs that are not ours: written in their own way, too large, under the wrong account, from a second terminal.
/// </summary>
public sealed class AgentHostileTests(AgentRig rig) : IClassFixture<AgentRig>
{
    private const string Buy = """ "side":"buy","symbol":"EURUSD","qty":1 """;

    [Theory]
    [InlineData(""" "positions":[] """)]
    [InlineData(""" "results":[],"positions":[],"something":{"else":[1]},"platform":"mt5","leverage":"1:100" """)]
    [InlineData(""" "company":"Left out: positions" """)]
    [InlineData(""" "positions":[],"time_broker":"2026-11-22T12:00:00.123456","time_gmt":"2026-11-22T10:00:00.123456" """)]
    [InlineData(""" "positions":[],"time_broker":"2026-11-22T12:00:00+02:00","time_gmt":"2026-11-22T10:00:00+00:00" """)]
    [InlineData(""" "positions":[],"results":[{"id":"nobody","status":"done"},{"id":"nobody","status":"done","retcode":"10009","ticket":5,"sl":0}] """)]
    [InlineData(""" "positions":[{"comment":"a\u0007b","lots":"0.10","open_price":"1.1","side":"buy","symbol":"EURUSD","ticket":17,"sl":0,"tp":"0"}] """)]
    public async Task A_report_that_says_what_is_needed_is_taken_however_it_is_written(string members)
    {
        await using var owner = await rig.NewOwnerAsync();

        var answer = await PostAsync(owner, members);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        await owner.StatusAsync("active", seconds: 5);
    }

    [Theory]
    [InlineData(""" "equity":9990 """)]
    [InlineData(""" "margin":100 """)]
    public async Task Left_out_positions_are_no_empty_list_where_the_money_tells_of_some(string members)
    {
        await using var owner = await rig.NewOwnerAsync();

        (await PostAsync(owner, members)).Fields.ShouldBe(["positions"]);
    }

    [Fact]
    public async Task Three_hundred_positions_and_a_thousand_symbols_are_taken()
    {
        await using var owner = await rig.NewOwnerAsync();
        var positions = string.Join(',', Enumerable.Range(1, 300).Select(number =>
            $$"""{"ticket":"{{number}}","symbol":"S{{number}}","side":"SELL","lots":0.01,"open_price":1.09,"open_time":"2026-11-22T12:00:00","current_price":1.092,"sl":0,"tp":0,"profit":2,"swap":0,"commission":0,"magic":77,"comment":"{{new string('x', 200)}}"}"""));
        var symbols = string.Join(',', Enumerable.Range(1, 1000).Select(number =>
            $$"""{"symbol":"S{{number}}","digits":5,"tick_size":0.00001,"tick_value":1,"contract_size":100000,"lot_min":0.01,"lot_max":100,"lot_step":0.01,"stops_level":0,"bid":1.0919,"ask":1.0921}"""));

        var answer = await PostAsync(owner, $""" "positions":[{positions}],"symbols":[{symbols}] """);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
    }

    [Theory]
    [Trait("Control", "K4")]
    [InlineData("login", "42")]
    [InlineData("server", "Other-9")]
    [InlineData("mode", "live")]
    public async Task Another_account_is_named_by_what_was_sent_and_nothing_is_told_of_the_keys_own(string field, string value)
    {
        var terminal = new Terminal { Server = "Secret-Server-7" };
        await using var owner = await rig.NewOwnerAsync(terminal);
        var (login, server) = (field == "login" ? value : "41", field == "server" ? value : "Elsewhere-1");

        var answer = await PostAsync(owner,
            $""" "positions":[],"login":"{login}","server":"{server}","mode":"{(field == "mode" ? value : "demo")}" """);

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.Conflict, "account.other_broker_account"));
        answer.Fields.ShouldContain(field);
        answer.Json.GetRawText().ShouldContain(value);
        answer.Json.GetRawText().ShouldNotContain(terminal.Login);
        answer.Json.GetRawText().ShouldNotContain(terminal.Server);
    }

    [Fact]
    public async Task A_second_terminal_takes_over_when_the_lease_of_the_first_has_ended()
    {
        await using var owner = await rig.NewActiveAsync();
        (await owner.OutcomeAsync(Buy)).Text("status").ShouldBe("filled");
        await owner.StopAsync();
        var silent = Stopwatch.GetTimestamp();
        owner.Run(owner.NewAgent("second"));

        await Eventually.True(async () => await owner.ReadStatusAsync() == "offline", TimeSpan.FromSeconds(9),
            "offline while the lease lives");
        await owner.StatusAsync("active", seconds: 15);

        Stopwatch.GetElapsedTime(silent).ShouldBeInRange(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(14));
        (await owner.OutcomeAsync(""" "side":"buy","symbol":"XAUUSD","qty":1 """)).Text("status").ShouldBe("filled");
        owner.Terminal.Executed.Count.ShouldBe(2);
    }

    private static Task<Answer> PostAsync(TerminalOwner owner, string members)
    {
        Dictionary<string, string> needed = new() { ["instance"] = "one", ["login"] = owner.Terminal.Login,
            ["server"] = owner.Terminal.Server, ["currency"] = "USD", ["balance"] = "10000", ["equity"] = "10000" };
        var rest = needed.Where(member => !members.Contains($"\"{member.Key}\":", StringComparison.Ordinal))
            .Select(member => $"\"{member.Key}\":\"{member.Value}\"");
        return owner.ReportAsync("{" + members + "," + string.Join(',', rest) + "}");
    }
}
