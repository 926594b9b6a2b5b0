using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>Sums over trades. A year of them is read as one range of one index and added up here, in decimals.</summary>
internal static class FigureEndpoints
{
    private const string NoKey = "null::text";

    internal static async Task<Results<Ok<SummaryView>, ProblemHttpResult>> Summary(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, connection, ct);
            return Summarise(await TradeReads.CountedAsync(filter, NoKey, days, connection, ct), days.Zone);
        }, ct));
    }

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> BySymbol(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync("symbol", _ => row => row.Key, query, tenant, db, brokers, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByBroker(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync("broker", _ => row => row.Key, query, tenant, db, brokers, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByStrategy(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync("strategy", _ => row => row.Key, query, tenant, db, brokers, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByDay(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync(NoKey, days => DayOf(days), query, tenant, db, brokers, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByHour(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync(NoKey, days => row => days.OnTheWall(row.Trade.ExitAt).ToString("HH", CultureInfo.InvariantCulture), query, tenant, db, brokers, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByWeekday(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, CancellationToken ct) =>
        ByAsync(NoKey, days => row => days.OnTheWall(row.Trade.ExitAt).ToString("ddd", CultureInfo.InvariantCulture).ToLowerInvariant(), query, tenant, db, brokers, ct);

    internal static SummaryView Summarise(IEnumerable<(Counted Trade, string? Key)> trades, string zone)
    {
        SortedDictionary<string, Tally> byCurrency = new(StringComparer.Ordinal);
        foreach (var (trade, _) in trades)
        {
            if (!byCurrency.TryGetValue(trade.Currency, out var tally)) byCurrency[trade.Currency] = tally = new Tally();
            tally.Add(trade);
        }
        var (wins, losses) = (byCurrency.Values.Sum(tally => tally.Wins), byCurrency.Values.Sum(tally => tally.Losses));
        // No trades: nothing was made, in whatever currency.
        var only = byCurrency.Count switch { 0 => new Tally(), 1 => byCurrency.First().Value, _ => null };
        return new SummaryView
        {
            Currency = byCurrency.Count == 1 ? byCurrency.First().Key : null,
            Trades = byCurrency.Values.Sum(tally => tally.Trades),
            Wins = wins,
            Losses = losses,
            WinRate = Tally.Ratio(wins, wins + losses),
            AverageHoldSeconds = Tally.Ratio(byCurrency.Values.Sum(tally => tally.Held), byCurrency.Values.Sum(tally => tally.HeldOf)),
            NetPnl = only?.Net.Trimmed(),
            GrossProfit = only?.GrossProfit.Trimmed(),
            GrossLoss = only?.GrossLoss.Trimmed(),
            Fees = only?.Fees.Trimmed(),
            ProfitFactor = only?.ProfitFactor,
            Expectancy = only?.Expectancy,
            MaxDrawdown = only?.MaxDrawdown.Trimmed(),
            ByCurrency = [.. byCurrency.Select(entry => ViewOf(entry.Key, entry.Value))],
            Timezone = zone,
        };
    }

    private static CurrencySummary ViewOf(string currency, Tally tally) => new(
        currency, tally.Trades, tally.Wins, tally.Losses, tally.WinRate, Tally.Ratio(tally.Held, tally.HeldOf), tally.Net.Trimmed(), tally.GrossProfit.Trimmed(),
        tally.GrossLoss.Trimmed(), tally.Fees.Trimmed(), tally.ProfitFactor, tally.Expectancy, tally.MaxDrawdown.Trimmed());

    private static async Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByAsync(
        string column, Func<TradingDays, Func<(Counted Trade, string? Key), string?>> keyOf, TradeQuery query, TenantContext tenant, TenantDb db,
        PluginCatalogue brokers, CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var rows = await db.RunSqlAsync(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, connection, ct);
            var key = keyOf(days);
            Dictionary<(string? Key, string Currency), Tally> tallies = [];
            foreach (var row in await TradeReads.CountedAsync(filter, column, days, connection, ct))
            {
                var of = (key(row), row.Trade.Currency);
                if (!tallies.TryGetValue(of, out var tally)) tallies[of] = tally = new Tally();
                tally.Add(row.Trade);
            }
            return tallies;
        }, ct);
        return TypedResults.Ok<IReadOnlyList<KeyRow>>([.. rows.Select(row => new KeyRow(row.Key.Key, row.Key.Currency, row.Value.Trades, row.Value.Wins, row.Value.Losses,
            row.Value.GrossProfit.Trimmed(), row.Value.GrossLoss.Trimmed(), row.Value.Fees.Trimmed(), row.Value.Net.Trimmed()))
            .OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Currency, StringComparer.Ordinal)]);
    }

    // Exits come in their order: most are of the day of the one before.
    private static Func<(Counted Trade, string? Key), string?> DayOf(TradingDays days)
    {
        var (end, name) = (DateTimeOffset.MinValue, "");
        return row =>
        {
            if (row.Trade.ExitAt < end) return name;
            var day = days.DateOf(row.Trade.ExitAt);
            (end, name) = (days.Begin(day.AddDays(1)), day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            return name;
        };
    }
}
