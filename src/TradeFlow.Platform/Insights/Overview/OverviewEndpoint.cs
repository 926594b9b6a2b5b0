using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Insights.Trips;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Overview;

/// <summary>Everything over all brokers, as it was heard last.</summary>
internal static class OverviewEndpoint
{
    // Brokers are read, or push, every 20 s and more often.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(60);

    internal static async Task<Ok<OverviewView>> Handle(TenantContext tenant, TenantDb db, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var (start, end) = (await TradingDays.OfAsync(tenant.Tenant, now, connection, ct)).Running(now);
            var accounts = await AccountsAsync(now, connection, ct);
            var positions = await PositionsAsync(connection, ct);
            var standing = await RiskStanding.OfAsync(tenant.Tenant, now, start, accounts.Select(account => account.Currency),
                connection, ct);
            List<AccountHealth> healths = [];
            Dictionary<string, (decimal Risk, int Without)> risks = new(StringComparer.Ordinal);
            foreach (var account in accounts)
            {
                List<Held> held = [.. positions.Where(position => position.Account == account.Id)];
                healths.Add(account with { FloatingPnl = held.Sum(position => position.Pnl ?? 0).Trimmed(), OpenPositions = held.Count });
                if (held.Count == 0) continue;
                string[] symbols = [.. held.Select(position => position.Symbol).Distinct(StringComparer.Ordinal)];
                var values = await new TripReads(connection, account.Id, ct).ValuesAsync(symbols, account.Currency);
                var (risk, without) = risks.GetValueOrDefault(account.Currency);
                foreach (var position in held)
                {
                    if (position.ToStop(values.GetValueOrDefault(position.Symbol)) is { } money) risk += money;
                    else without++;
                }
                risks[account.Currency] = (risk, without);
            }
            return new OverviewView(now, start, end,
                [.. standing.Pnl.Select(today => OfCurrency(today.Key, today.Value, healths, risks.GetValueOrDefault(today.Key)))],
                new LimitsView(standing.Enabled,
                    [.. standing.Pnl.Select(today => new LossUse(today.Key, Math.Max(0, -today.Value), standing.MaxDailyLoss))],
                    new LimitUse(standing.Trades, standing.MaxTrades), new LimitUse(standing.OpenPositions, standing.MaxOpenPositions)),
                healths, healths.CountBy(account => account.Health).ToDictionary());
        }, ct));
    }

    private static CurrencyStanding OfCurrency(
        string currency, decimal today, List<AccountHealth> accounts, (decimal Risk, int Without) risk)
    {
        List<AccountHealth> mine = [.. accounts.Where(account => account.Currency == currency)];
        return new CurrencyStanding(currency, mine.Count, mine.Sum(account => account.Equity ?? 0),
            mine.Sum(account => account.Balance ?? 0), mine.Sum(account => account.FloatingPnl), today,
            Math.Round(risk.Risk, 2).Trimmed(), mine.Sum(account => account.OpenPositions), risk.Without);
    }

    private static async Task<List<AccountHealth>> AccountsAsync(DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select id, broker, name, mode, currency, equity, balance, enabled, status, coalesce(status_reason, disabled_reason), last_sync
            from accounts.accounts where deleted_at is null order by created_at, id
            """, connection);
        List<AccountHealth> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var heard = row.TimeOrNull(10);
            var status = row.GetString(8);
            var health = status != "active" ? status : now - heard < Late ? "ok" : "late";
            found.Add(new AccountHealth(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.DecimalOrNull(5), row.DecimalOrNull(6), 0, 0, row.GetBoolean(7), health, row.TextOrNull(9), heard));
        }
        return found;
    }

    private static async Task<List<Held>> PositionsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select account_id, symbol, side = 'BUY', qty, avg_price, current_price, pnl, stop_loss from trading.positions where status = 'OPEN'",
            connection);
        List<Held> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new Held(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetDecimal(3), row.GetDecimal(4),
                row.DecimalOrNull(5), row.DecimalOrNull(6), row.DecimalOrNull(7)));
        return found;
    }

    private sealed record Held(
        Guid Account, string Symbol, bool IsLong, decimal Qty, decimal Entry, decimal? Price, decimal? Pnl, decimal? Stop)
    {
        /// <summary>What is lost from here to the stop; <c>null</c> without one, or where nobody can tell what a point is worth.</summary>
        public decimal? ToStop(PointValue? value)
        {
            if (Stop is not { } stop) return null;
            var now = Price ?? Entry;
            // The broker's own profit says what a point is worth, in whatever currency the symbol is quoted.
            var shown = Pnl is { } pnl && Price is { } price && price != Entry ? Math.Abs(pnl / (price - Entry)) : (decimal?)null;
            var point = value?.Money * Qty ?? shown;
            return point is { } money ? Math.Max(0, (now - stop) * (IsLong ? 1 : -1)) * money : null;
        }
    }
}
