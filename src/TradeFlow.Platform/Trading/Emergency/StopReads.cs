using Npgsql;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>How far a stop is.</summary>
internal sealed record StopProgress(
    bool IsFlat, long PositionsClosed, decimal OrdersCanceled, IReadOnlyDictionary<string, decimal> PnlByCurrency,
    IReadOnlyList<string> Errors);

/// <summary>One account that a stop has switched off, or that it still closes.</summary>
/// <param name="State"><c>closing</c>, <c>not_flat</c> (closing has ended; a person has to), or <c>stopped</c>.</param>
/// <param name="WillResume">False when its user had switched it off: resuming leaves it off.</param>
/// <param name="Errors">What is not closed yet, in sentences.</param>
internal sealed record StoppedAccountView(
    Guid AccountId, string Name, string Broker, string State, bool WillResume, DateTimeOffset StoppedAt, IReadOnlyList<string> Errors);

/// <summary>Emergency stops as the Api reads them, behind the wall of who asks.</summary>
internal sealed class StopReads(Database database)
{
    public async Task<StopProgress> ProgressAsync(Wall wall, Guid[] accounts, CancellationToken ct)
    {
        Dictionary<string, decimal> pnl = new(StringComparer.Ordinal);
        List<string> errors = [];
        var (flat, closed, canceled) = (true, 0L, 0m);
        await ReadAsync(wall, $"""
            select a.currency, r.positions_closed, r.orders_canceled, r.pnl, s.state in ('armed', 'not_flat'), case when s.state in ('armed', 'not_flat') then {Sentences} else '{EmptyArray}' end
            from trading.stopped_accounts s join accounts.accounts a on a.id = s.account_id cross join lateral trading.stop_result(array[s.account_id]) r
            where s.account_id = any($1) order by s.account_id
            """, accounts, row =>
            {
                closed += row.GetInt64(1);
                canceled += row.GetDecimal(2).Trimmed();
                pnl[row.GetString(0)] = pnl.GetValueOrDefault(row.GetString(0)) + row.GetDecimal(3).Trimmed();
                flat &= !row.GetBoolean(4);
                errors.AddRange(row.GetFieldValue<string[]>(5));
            }, ct);
        return new StopProgress(flat, closed, canceled, pnl, errors);
    }

    public async Task<IReadOnlyList<StoppedAccountView>> ListAsync(Wall wall, CancellationToken ct)
    {
        List<StoppedAccountView> found = [];
        await ReadAsync(wall, $"""
            select s.account_id, a.name, a.broker, case s.state when 'armed' then 'closing' when 'flat' then 'stopped' else s.state end, a.disabled_reason = $1, s.armed_at,
                   case when s.state in ('armed', 'not_flat') then {Sentences} else '{EmptyArray}' end
            from trading.stopped_accounts s join accounts.accounts a on a.id = s.account_id
            where a.deleted_at is null and not a.enabled and s.state <> 'resumed' and (a.disabled_reason = $1 or s.state in ('armed', 'not_flat')) order by a.created_at
            """, AccountStops.Reason,
            row => found.Add(new StoppedAccountView(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3),
                !row.IsDBNull(4) && row.GetBoolean(4), row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<string[]>(6))), ct);
        return found;
    }

    private const string EmptyArray = "{}";

    // The Worker's words as of its last look at the broker; before its first, what our own books say.
    private const string Sentences = """
        case when cardinality(s.errors) > 0 then s.errors
             else coalesce((select array_agg(format('Position %s (%s) is not closed yet.', p.id, p.symbol) order by p.opened_at) from trading.positions p where p.account_id = s.account_id and p.status = 'OPEN'),
                           array[format('%s: the broker has not shown yet that nothing is open.', a.name)]) end
        """;

    private async Task ReadAsync(Wall wall, string sql, object parameter, Action<NpgsqlDataReader> take, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        // The batch is one transaction, and the wall ends with it.
        batch.BatchCommands.Add(wall.Command());
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = parameter } } });
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct)) take(rows);
    }
}
