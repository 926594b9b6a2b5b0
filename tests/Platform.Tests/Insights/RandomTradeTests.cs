using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Insights;

/// <summary>
/// Thousands of fills in accounts of two currencies, told in pieces, some late and some without their fees at first: every trade is what it
/// was made as, and every figure is that of the CSV.
/// </summary>
public sealed class RandomTradeTests(InsightsRig rig) : IClassFixture<InsightsRig>
{
    private const int Seed = 20261130;
    // eng/check-analytics.mjs asks for more.
    private static readonly int TradesOfEach = int.Parse(Environment.GetEnvironmentVariable("TRADEFLOW_TRADES") ?? "400") / 8;
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Fact]
    public async Task Every_figure_can_be_reckoned_from_the_csv()
    {
        var person = await Person.SignUpAsync(rig);
        (await person.SendAsync(HttpMethod.Put, "/api/user/risk_config", new { trading_hours_timezone = NewYork.Id,
            day_reset_time = "17:00" }, person.AccessToken))
            .Status.ShouldBe(System.Net.HttpStatusCode.OK);
        Dictionary<Guid, MadeFills> made = [];
        var kind = 0;
        foreach (var currency in (string[])["USD", "EUR"])
            foreach (var isNetting in (bool[])[true, false])
                foreach (var tellsPnl in (bool[])[true, false])
                    made[await rig.AddAccountAsync(person, $"Account {kind}", currency, isNetting ? "topstep" : "tradelocker")] =
                        new MadeFills(Seed + kind++, isNetting, tellsPnl, TradesOfEach, DateTimeOffset.Parse("2025-10-01T00:00:00Z"));

        await TellInPiecesAsync(person, made);

        foreach (var (account, fills) in made)
        {
            var rows = CsvRow.Read(await InsightsRig.CsvAsync(person, $"?account_id={account}&with=risk"));
            var shown = rows.Select(row => new MadeTrade(row["symbol"], row["side"] == "BUY", InsightsRig.Number(row["qty"]), row.Gross,
                row.Fees, row.Risk, row.Entry, row.Exit));
            shown.ShouldBe(fills.Trades, ignoreOrder: true);
            var (differences, trades) = await rig.Trips.RecomputeAsync(account, repair: false, CancellationToken.None);
            differences.ShouldBeEmpty();
            trades.ShouldBe(fills.Trades.Count);
        }
        foreach (var query in (string[])["", $"?account_id={made.Keys.First()}", "?broker=topstep&symbol=MNQ",
            "?from=2025-11-03&to=2026-02-11", "?from=2025-11-03&to=2025-11-03", "?symbol=NONE"])
            await CompareAsync(person, query);
    }

    // Some of a piece come with the next, and some are told without costs and profit first.
    private async Task TellInPiecesAsync(Person person, Dictionary<Guid, MadeFills> made)
    {
        var random = new Random(Seed);
        foreach (var (account, of) in made)
        {
            List<MadeFill> late = [];
            List<MadeFill> bare = [];
            foreach (var piece in of.Fills.Chunk(60))
            {
                var delayed = piece.Where(_ => random.Next(30) == 0).ToList();
                var plain = piece.Except(delayed).Where(_ => random.Next(20) == 0).ToList();
                await rig.TellAsync(person, account, [.. late, .. piece.Except(delayed).Except(plain),
                    .. plain.Select(fill => fill with { Fees = 0, Pnl = null })]);
                await rig.FollowAsync(account);
                late = delayed;
                bare.AddRange(plain);
            }
            await rig.TellAsync(person, account, [.. late, .. bare]);
            await rig.FollowAsync(account);
        }
        (await rig.Trips.BehindAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    private static async Task CompareAsync(Person person, string query)
    {
        var rows = CsvRow.Read(await InsightsRig.CsvAsync(person, query + (query.Length == 0 ? "?" : "&") + "with=risk"));
        var summary = (await person.GetAsync("/api/analytics/summary" + query)).Json;
        summary.GetProperty("trades").GetInt32().ShouldBe(rows.Count);
        var currencies = rows.Select(row => row["currency"]).Distinct().Order().ToList();
        summary.GetProperty("by_currency").GetArrayLength().ShouldBe(currencies.Count);
        foreach (var (currency, told) in currencies.Zip(summary.GetProperty("by_currency").EnumerateArray()))
        {
            told.GetProperty("currency").GetString().ShouldBe(currency);
            CheckSummary(rows.FindAll(row => row["currency"] == currency), told);
        }
        if (currencies.Count == 1) CheckSummary(rows, summary);
        else if (currencies.Count > 1) summary.GetProperty("net_pnl").ValueKind.ShouldBe(JsonValueKind.Null);

        await CheckKeysAsync("by-symbol", row => row["symbol"]);
        await CheckKeysAsync("by-broker", row => row["broker"]);
        await CheckKeysAsync("by-strategy", row => row["strategy"] == "" ? null : row["strategy"]);
        await CheckKeysAsync("by-day", row => DayOf(row).ToString("yyyy-MM-dd"));
        await CheckKeysAsync("by-hour", row => Local(row).ToString("HH"));
        await CheckKeysAsync("by-weekday", row => Local(row).DayOfWeek.ToString()[..3].ToLowerInvariant());

        async Task CheckKeysAsync(string path, Func<CsvRow, string?> keyOf)
        {
            var told = (await person.GetAsync($"/api/analytics/{path}{query}")).Json.EnumerateArray()
                .Select(row => (Key: row.GetProperty("key").GetString(), Currency: row.GetProperty("currency").GetString(),
                    Figures: FiguresOf(row)));
            var wanted = rows.GroupBy(row => (Key: keyOf(row), Currency: row["currency"]))
                .OrderBy(group => group.Key.Key, StringComparer.Ordinal).ThenBy(group => group.Key.Currency, StringComparer.Ordinal)
                .Select(group => (group.Key.Key, (string?)group.Key.Currency, FiguresOf(group)));
            told.ShouldBe(wanted, $"{path}{query}");
        }
    }

    private static void CheckSummary(List<CsvRow> rows, JsonElement told)
    {
        var (wins, losses) = (rows.Count(row => row.Net > 0), rows.Count(row => row.Net < 0));
        var (profit, loss, net) = (rows.Sum(row => Math.Max(row.Gross, 0)), rows.Sum(row => Math.Max(-row.Gross, 0)),
            rows.Sum(row => row.Net));
        Of("trades").ShouldBe(rows.Count);
        Of("net_pnl").ShouldBe(net);
        Of("gross_profit").ShouldBe(profit);
        Of("gross_loss").ShouldBe(loss);
        Of("fees").ShouldBe(rows.Sum(row => row.Fees));
        Of("win_rate").ShouldBe(Ratio(wins, wins + losses));
        Of("profit_factor").ShouldBe(Ratio(profit, loss));
        Of("expectancy").ShouldBe(Ratio(net, rows.Count));
        var multiples = rows.ConvertAll(row => row.Risk is { } risk ? Ratio(row.Net, risk) : null);
        rows.Select(row => row.RMultiple).ShouldBe(multiples);
        Of("trades_with_risk").ShouldBe(multiples.Count(one => one is not null));
        Of("average_r").ShouldBe(Ratio(multiples.Sum() ?? 0, multiples.Count(one => one is not null)));
        Of("average_hold_seconds").ShouldBe(Ratio(rows.Sum(row => (row.Exit - row.Entry).Ticks), 10_000_000m * rows.Count));
        var (sum, peak, deepest) = (0m, 0m, 0m);
        foreach (var row in rows)
        {
            sum += row.Net;
            peak = Math.Max(peak, sum);
            deepest = Math.Max(deepest, peak - sum);
        }
        Of("max_drawdown").ShouldBe(deepest);

        decimal? Of(string figure) => told.GetProperty(figure) is { ValueKind: JsonValueKind.Number } value ? value.GetDecimal() : null;

        static decimal? Ratio(decimal part, decimal of) => of == 0 ? null : Math.Round(part / of, 10, MidpointRounding.AwayFromZero);
    }

    private static (int, int, int, decimal, decimal, decimal, decimal) FiguresOf(JsonElement row) =>
        (row.GetProperty("trades").GetInt32(), row.GetProperty("wins").GetInt32(), row.GetProperty("losses").GetInt32(),
            row.GetProperty("gross_profit").GetDecimal(),
            row.GetProperty("gross_loss").GetDecimal(), row.GetProperty("fees").GetDecimal(), row.GetProperty("net_pnl").GetDecimal());

    private static (int, int, int, decimal, decimal, decimal, decimal) FiguresOf(IEnumerable<CsvRow> rows)
    {
        var all = rows.ToList();
        return (all.Count, all.Count(row => row.Net > 0), all.Count(row => row.Net < 0), all.Sum(row => Math.Max(row.Gross, 0)),
            all.Sum(row => Math.Max(-row.Gross, 0)),
            all.Sum(row => row.Fees), all.Sum(row => row.Net));
    }

    private static DateTime Local(CsvRow row) => TimeZoneInfo.ConvertTime(row.Exit, NewYork).DateTime;

    // No clock there goes over five in the afternoon.
    private static DateOnly DayOf(CsvRow row) => DateOnly.FromDateTime(Local(row).AddHours(-17));
}
