using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>Sums over trades: a year of them is one range of one index, added up in the database.</summary>
internal static class FigureEndpoints
{
    private static readonly KeyKind NoKey = KeyKind.Column("null::text");

    internal static async Task<Results<Ok<SummaryView>, ProblemHttpResult>> Summary(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, clock.GetUtcNow(), connection, ct);
            var sums = await TradeReads.SumsAsync(filter, NoKey, days, connection, ct);
            List<CurrencySummary> summaries = [];
            foreach (var (_, one) in sums.OrderBy(row => row.Sums.Currency, StringComparer.Ordinal))
                summaries.Add(ViewOf(one, Sums.Drawdown(await TradeReads.NetsAsync(filter, one.Currency, days, connection, ct))));
            return Summarise([.. sums.Select(row => row.Sums)], summaries, days.Zone);
        }, ct));
    }

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> BySymbol(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync((_, _, _) => KeyKind.Column("symbol"), query, tenant, db, brokers, clock, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByBroker(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync((_, _, _) => KeyKind.Column("broker"), query, tenant, db, brokers, clock, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByStrategy(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync((_, _, _) => KeyKind.Column("strategy"), query, tenant, db, brokers, clock, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByDay(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync(KeyKind.Day, query, tenant, db, brokers, clock, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByHour(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync(KeyKind.Hour, query, tenant, db, brokers, clock, ct);

    internal static Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByWeekday(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct) =>
        ByAsync(KeyKind.Weekday, query, tenant, db, brokers, clock, ct);

    private static SummaryView Summarise(IReadOnlyList<Sums> sums, IReadOnlyList<CurrencySummary> summaries, string zone)
    {
        var (wins, losses) = (sums.Sum(one => one.Wins), sums.Sum(one => one.Losses));
        var only = summaries.Count == 1 ? summaries[0] : null;
        // No trades: nothing was made, in whatever currency.
        decimal? none = summaries.Count == 0 ? 0 : null;
        return new SummaryView
        {
            Currency = only?.Currency,
            Trades = sums.Sum(one => one.Trades),
            Wins = wins,
            Losses = losses,
            WinRate = Sums.Ratio(wins, wins + losses),
            AverageHoldSeconds = Sums.Ratio(sums.Sum(one => one.Held), sums.Sum(one => one.HeldOf)),
            NetPnl = only?.NetPnl ?? none,
            GrossProfit = only?.GrossProfit ?? none,
            GrossLoss = only?.GrossLoss ?? none,
            Fees = only?.Fees ?? none,
            ProfitFactor = only?.ProfitFactor,
            Expectancy = only?.Expectancy,
            AverageR = Sums.Ratio(sums.Sum(one => one.Multiples), sums.Sum(one => one.MultiplesOf)),
            TradesWithRisk = sums.Sum(one => one.MultiplesOf),
            MaxDrawdown = only?.MaxDrawdown ?? none,
            ByCurrency = summaries,
            Timezone = zone,
        };
    }

    private static CurrencySummary ViewOf(Sums sums, decimal drawdown) => new(
        sums.Currency, sums.Trades, sums.Wins, sums.Losses, Sums.Ratio(sums.Wins, sums.Wins + sums.Losses),
        Sums.Ratio(sums.Held, sums.HeldOf), sums.Net, sums.GrossProfit, sums.GrossLoss, sums.Fees, sums.ProfitFactor, sums.Expectancy,
        Sums.Ratio(sums.Multiples, sums.MultiplesOf), sums.MultiplesOf, drawdown.Trimmed());

    private static async Task<Results<Ok<IReadOnlyList<KeyRow>>, ProblemHttpResult>> ByAsync(
        Func<TradingDays, DateTimeOffset, DateTimeOffset, KeyKind> keyOf, TradeQuery query, TenantContext tenant, TenantDb db,
        PluginCatalogue brokers, TimeProvider clock, CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var rows = await db.RunSqlAsync(async connection =>
        {
            if (await TradeReads.SpanAsync(connection, ct) is not { } span) return [];
            var days = await TradingDays.OfAsync(tenant.Tenant, clock.GetUtcNow(), connection, ct);
            return await TradeReads.SumsAsync(filter, keyOf(days, span.First, span.Last), days, connection, ct);
        }, ct);
        return TypedResults.Ok<IReadOnlyList<KeyRow>>([.. rows.Select(row => RowOf(row.Key, row.Sums))
            .OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Currency, StringComparer.Ordinal)]);
    }

    private static KeyRow RowOf(string? key, Sums sums) =>
        new(key, sums.Currency, sums.Trades, sums.Wins, sums.Losses, sums.GrossProfit, sums.GrossLoss, sums.Fees, sums.Net);
}
