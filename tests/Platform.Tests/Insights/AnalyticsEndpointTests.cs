using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

public sealed class AnalyticsEndpointTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    private static readonly string[] Lists = ["equity", "by-symbol", "by-day", "by-hour", "by-weekday", "by-strategy", "by-broker"];
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-11-02T14:00:00Z");
    private static int number;

    [Fact]
    public async Task Who_has_not_traded_has_zeros_and_no_ratios()
    {
        var person = await Person.SignUpAsync(rig);

        var summary = (await person.GetAsync("/api/analytics/summary")).Json;

        summary.GetProperty("trades").GetInt32().ShouldBe(0);
        summary.GetProperty("net_pnl").GetDecimal().ShouldBe(0);
        foreach (var ratio in (string[])["win_rate", "profit_factor", "expectancy", "average_r", "average_hold_seconds"])
            summary.GetProperty(ratio).ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        foreach (var list in Lists) (await person.GetAsync($"/api/analytics/{list}")).Json.GetArrayLength().ShouldBe(0);
        (await person.GetAsync("/api/analytics/trades")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        const string columns =
            "trade_id,account,broker,symbol,side,qty,entry_time,entry_price,exit_time,exit_price,gross_pnl,fees,net_pnl,currency,slippage_ticks,strategy,webhook_id";
        (await InsightsRig.CsvAsync(person)).ShouldBe(columns + "\r\n");
        (await InsightsRig.CsvAsync(person, "?with=risk")).ShouldBe(columns + ",risk,r_multiple\r\n");
        (await person.GetAsync("/api/analytics/export.csv?with=luck")).Fields.ShouldBe(["with"]);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-02-30", "to")]
    [InlineData("from=2026-02-02&to=2026-02-01", "to")]
    [InlineData("from=9999-12-31", "from")]
    [InlineData("account_id=7", "account_id")]
    public async Task A_filter_that_says_nothing_is_named(string query, string field)
    {
        var person = await Person.SignUpAsync(rig);

        foreach (var path in (string[])[.. Lists, "summary", "trades", "export.csv"])
        {
            var answer = await person.GetAsync($"/api/analytics/{path}?{query}");
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, path);
            answer.Fields.ShouldBe([field], path);
        }
    }

    [Fact]
    public async Task A_filter_by_what_is_not_ours_finds_nothing()
    {
        var (owner, account) = await TraderAsync();
        var stranger = await Person.SignUpAsync(rig);

        var theirs = (await owner.GetAsync("/api/analytics/trades")).Json.GetProperty("items")[0];
        (await stranger.GetAsync($"/api/analytics/summary?account_id={account}")).Json.GetProperty("trades").GetInt32().ShouldBe(0);
        (await stranger.GetAsync("/api/analytics/trades")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await stranger.PatchAsync($"/api/analytics/trades/{theirs.GetProperty("id").GetString()}",
            new { note = "mine" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync("/api/analytics/trades")).Json.GetProperty("items")[0].GetProperty("note").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task A_note_and_tags_stay_with_the_trade_when_its_fees_come_late()
    {
        var (person, account) = await TraderAsync();
        var trade = (await person.GetAsync("/api/analytics/trades")).Json.GetProperty("items")[0];
        var path = $"/api/analytics/trades/{trade.GetProperty("id").GetString()}";

        var written = await person.PatchAsync(path, new { note = " late entry ", tags = new[] { "news", "News", "A+" } });
        written.Status.ShouldBe(HttpStatusCode.OK);
        await rig.TellAsync(person, account, Exit($"{account}") with { Fees = 4.5m });
        await rig.FollowAsync(account);

        var now = (await person.GetAsync("/api/analytics/trades")).Json.GetProperty("items")[0];
        (now.GetProperty("note").GetString(), now.GetProperty("fees").GetDecimal(), now.GetProperty("net_pnl").GetDecimal())
            .ShouldBe(("late entry", 4.5m, 495.5m));
        now.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ShouldBe(["news", "A+"]);
        (await person.PatchAsync(path, new { note = (string?)null })).Json.GetProperty("tags").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_viewer_reads_and_writes_nothing()
    {
        var (owner, _) = await TraderAsync();
        var viewer = await owner.InviteAsync(rig, "viewer");

        var trades = await viewer.GetAsync("/api/analytics/trades");
        trades.Status.ShouldBe(HttpStatusCode.OK);
        (await viewer.PatchAsync($"/api/analytics/trades/{trades.Json.GetProperty("items")[0].GetProperty("id").GetString()}",
            new { note = "x" })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("note", "[1]")]
    [InlineData("note", "\"a\\u0000b\"")]
    [InlineData("tags", "\"one\"")]
    [InlineData("tags", "[\"\"]")]
    [InlineData("tags", "[1]")]
    public async Task What_is_written_beside_a_trade_is_checked(string field, string value)
    {
        var (person, _) = await TraderAsync();
        var trade = (await person.GetAsync("/api/analytics/trades")).Json.GetProperty("items")[0].GetProperty("id").GetString();

        var answer = await person.SendAsync(HttpMethod.Patch, $"/api/analytics/trades/{trade}", $$"""{"{{field}}":{{value}}}""",
            person.AccessToken);

        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task Pages_of_trades_meet_without_a_gap()
    {
        var (person, account) = await TraderAsync();
        for (var more = 0; more < 4; more++)
            await rig.TellAsync(person, account, Entry($"{account}{more}", more + 1),
                Exit($"{account}{more}", more + 1));
        await rig.FollowAsync(account);

        List<string> ids = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await person.GetAsync($"/api/analytics/trades?limit=2{cursor}")).Json;
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(trade => trade.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        ids.Count.ShouldBe(5);
        ids.ShouldBe(CsvRow.Read(await InsightsRig.CsvAsync(person)).Select(row => row["trade_id"]).Reverse());
    }

    [Theory]
    [Trait("Control", "I3")]
    [InlineData("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tTab", "'\tTab")]
    [InlineData("a, \"b\"\r\nc", "a, \"b\"\r\nc")]
    public async Task No_text_in_the_csv_is_a_formula(string name, string cell)
    {
        var (person, account) = await TraderAsync();
        await using (var command = rig.Platform.Database.System.CreateCommand("update accounts.accounts set name = $1 where id = $2"))
        {
            command.Parameters.AddWithValue(name);
            command.Parameters.AddWithValue(account);
            await command.ExecuteNonQueryAsync();
        }

        var row = CsvRow.Read(await InsightsRig.CsvAsync(person)).ShouldHaveSingleItem();

        row["account"].ShouldBe(cell);
        // A loss is a number and stays one.
        await rig.TellAsync(person, account, Entry($"{account}l", 1), Exit($"{account}l", 1) with { Price = 90 });
        await rig.FollowAsync(account);
        CsvRow.Read(await InsightsRig.CsvAsync(person))[1]["net_pnl"].ShouldBe("-500");
    }

    private async Task<(Person Person, Guid Account)> TraderAsync()
    {
        var person = await Person.SignUpAsync(rig);
        var account = await rig.AddAccountAsync(person, $"Account {Interlocked.Increment(ref number)}");
        await rig.TellAsync(person, account, Entry($"{account}"), Exit($"{account}"));
        await rig.FollowAsync(account);
        return (person, account);
    }

    private static MadeFill Entry(string id, int day = 0) => new($"{id}-in", null, "MES", true, 1, 100, 0, null, Start.AddDays(day));

    private static MadeFill Exit(string id, int day = 0) => new($"{id}-out", null, "MES", false, 1, 110, 0, null,
        Start.AddDays(day).AddMinutes(5));
}
