using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>What the paper accounts of public strategies have made: the same figures as those of Analytics, from the same trades.</summary>
internal sealed class StrategyStats(Database database)
{
    public async Task<Dictionary<Guid, StatsView>> OfAsync(Guid[] strategies, CancellationToken ct)
    {
        Dictionary<Guid, StatsView> found = [];
        if (strategies.Length == 0) return found;
        await using var command = database.System.CreateCommand("""
            select s.id, s.signals, s.created_at, coalesce(t.trades, 0)::int, coalesce(t.wins, 0)::int, coalesce(t.losses, 0)::int, coalesce(t.net, 0),
                   coalesce(t.drawdown, 0), t.currency
            from strategies.strategies s
            left join strategies.activations f on f.strategy_id = s.id and f.is_record
            left join lateral (
                select count(*) as trades, count(*) filter (where run.net_pnl > 0) as wins, count(*) filter (where run.net_pnl < 0) as losses,
                       sum(run.net_pnl) as net, max(greatest(run.peak, 0) - run.total) as drawdown, max(run.currency) as currency
                from (select made.*, max(made.total) over (order by made.exit_at, made.id) as peak
                      from (select r.id, r.exit_at, r.net_pnl, r.currency, sum(r.net_pnl) over (order by r.exit_at, r.id) as total
                            from insights.trades r where r.account_id = f.account_id and r.net_pnl is not null) made) run) t on true
            where s.id = any ($1) and s.visibility = 'public' and s.deleted_at is null
            """);
        command.Parameters.AddWithValue(strategies);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var (wins, losses) = (row.GetInt32(4), row.GetInt32(5));
            found[row.GetGuid(0)] = new StatsView(
                row.GetInt64(1), row.GetInt32(3), wins + losses == 0 ? null : Math.Round((decimal)wins / (wins + losses), 4),
                row.GetDecimal(6).Trimmed(), row.GetDecimal(7).Trimmed(), row.TextOrNull(8), row.GetFieldValue<DateTimeOffset>(2));
        }
        return found;
    }
}
