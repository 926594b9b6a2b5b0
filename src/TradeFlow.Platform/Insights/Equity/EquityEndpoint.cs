using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Insights.Figures;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Equity;

/// <summary>How the accounts went: what they were worth, added up by currency, and how far that was below its highest.</summary>
internal static class EquityEndpoint
{
    /// <param name="Drawdown">How far equity is below its highest so far; 0 at the highest.</param>
    internal sealed record Point(DateTimeOffset At, string Currency, decimal Equity, decimal Balance, decimal Drawdown);

    internal static async Task<Results<Ok<IReadOnlyList<Point>>, ProblemHttpResult>> Handle(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        if (errors.Count > 0) return Problem.Invalid(errors);
        return TypedResults.Ok(await db.RunSqlAsync<IReadOnlyList<Point>>(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, clock.GetUtcNow(), connection, ct);
            // What an account is worth has no symbol: there it is what the trades have made.
            var curve = filter is { Symbol: null, Strategy: null }
                ? OfSnapshots(await SnapshotsAsync(filter, days, connection, ct))
                : OfTrades(await TradeReads.StepsAsync(filter, days, connection, ct));
            return [.. curve.GroupBy(point => point.Currency, StringComparer.Ordinal).SelectMany(points => Thinned([.. points]))
                .OrderBy(point => point.At)];
        }, ct));
    }

    internal static IEnumerable<Point> OfSnapshots(IEnumerable<Snapshot> snapshots)
    {
        Dictionary<string, CurrencyCurve> curves = new(StringComparer.Ordinal);
        foreach (var snapshot in snapshots)
        {
            if (!curves.TryGetValue(snapshot.Currency, out var curve)) curves[snapshot.Currency] = curve = new CurrencyCurve();
            curve.Take(snapshot);
            if (!snapshot.IsBefore) yield return new Point(snapshot.At, snapshot.Currency, curve.Equity, curve.Balance, curve.Drawdown);
        }
    }

    private static IEnumerable<Point> OfTrades(IEnumerable<(DateTimeOffset At, string Currency, decimal Net)> trades)
    {
        Dictionary<string, (decimal Sum, decimal Peak)> sums = new(StringComparer.Ordinal);
        foreach (var (at, currency, net) in trades)
        {
            var (sum, peak) = sums.GetValueOrDefault(currency);
            sum = (sum + net).Trimmed();
            peak = Math.Max(peak, sum);
            sums[currency] = (sum, peak);
            yield return new Point(at, currency, sum, sum, peak - sum);
        }
    }

    // A screen is not wider. Of each stretch its end and its deepest fall.
    private static IEnumerable<Point> Thinned(Point[] points)
    {
        const int most = 1_000;
        if (points.Length <= 2 * most) return points;
        return points.Chunk((points.Length + most - 1) / most).SelectMany(EndsOf);

        static IEnumerable<Point> EndsOf(Point[] part)
        {
            var deepest = part.MaxBy(point => point.Drawdown);
            if (deepest is not null && deepest != part[^1]) yield return deepest;
            yield return part[^1];
        }
    }

    // The last of each account before the first day is where its curve begins. An account that was removed leaves at that moment.
    private static async Task<List<Snapshot>> SnapshotsAsync(
        TradeFilter filter, TradingDays days, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with mine as (
                select id, deleted_at from accounts.accounts where ($3::uuid is null or id = $3) and ($4::text is null or broker = $4)),
            found as (
                select s.account_id, s.at, s.currency, s.equity, s.balance, false as before, false as gone
                from insights.equity_snapshots s join mine on mine.id = s.account_id
                where s.at >= coalesce($1, '-infinity') and s.at < coalesce($2, 'infinity')
                union all
                select first.account_id, first.at, first.currency, first.equity, first.balance, true, false
                from mine cross join lateral (
                    select * from insights.equity_snapshots s where s.account_id = mine.id and s.at < $1 order by s.at desc limit 1) first
                union all
                select mine.id, mine.deleted_at, last.currency, 0, 0, mine.deleted_at < $1, true
                from mine cross join lateral (
                    select * from insights.equity_snapshots s where s.account_id = mine.id order by s.at desc limit 1) last
                where mine.deleted_at < coalesce($2, 'infinity'))
            select account_id, at, currency, equity, balance, coalesce(before, false), gone from found order by at, account_id
            """, connection);
        filter.Bind(command.Parameters, days);
        List<Snapshot> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new Snapshot(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetDecimal(3).Trimmed(),
                row.GetDecimal(4).Trimmed(), row.GetBoolean(5), row.GetBoolean(6)));
        return found;
    }

    /// <param name="IsBefore">From before the first day: where the account's curve begins.</param>
    /// <param name="IsGone">The account was removed.</param>
    internal sealed record Snapshot(
        Guid Account, DateTimeOffset At, string Currency, decimal Equity, decimal Balance, bool IsBefore, bool IsGone);

    private sealed class CurrencyCurve
    {
        private readonly Dictionary<Guid, Snapshot> last = [];
        private decimal peak;

        public decimal Equity { get; private set; }
        public decimal Balance { get; private set; }
        public decimal Drawdown => peak - Equity;

        public void Take(Snapshot snapshot)
        {
            var known = last.GetValueOrDefault(snapshot.Account);
            Equity += snapshot.Equity - (known?.Equity ?? 0);
            Balance += snapshot.Balance - (known?.Balance ?? 0);
            // An account that comes or goes is no profit and no loss.
            if (known is null) peak += snapshot.Equity;
            else if (snapshot.IsGone) peak -= known.Equity;
            peak = Math.Max(peak, Equity);
            if (snapshot.IsGone) last.Remove(snapshot.Account);
            else last[snapshot.Account] = snapshot;
        }
    }
}
