using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Record;

namespace TradeFlow.Platform.Strategies.Signals;

/// <summary>
/// What came in under a strategy's key, for its owner: how many accounts a signal reached and what came of it, never whose they are.
/// </summary>
internal static class SignalList
{
    /// <param name="Outcome"><c>filled</c>, <c>working</c>, <c>pending</c>, <c>nothing_to_do</c>, <c>canceled</c>, <c>rejected</c> (by a
    /// broker) or <c>refused</c> (by the account's own rules or plan, before an order was made).</param>
    internal sealed record OutcomeView(string Outcome, int Accounts);

    /// <param name="Status">The HTTP status of the answer; <c>null</c> where the process ended before it was noted.</param>
    internal sealed record View(
        Guid Id, DateTimeOffset ReceivedAt, int? Status, string? Code, string? Error, string? Dialect, string? Action, string? Symbol,
        int FanOut, IReadOnlyList<OutcomeView> Outcomes);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Guid id, TenantDb db, Database database, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        var asked = new ListQuery(limit, cursor);
        if (asked.Fault is { } fault) return fault;
        if (await ReadAsync(id, asked, db, ct) is not { } found) return Problem.NotFound();
        var outcomes = await OutcomesAsync([.. found.Select(signal => signal.Id)], database, ct);
        return asked.Paged(
            found.ConvertAll(signal => signal with { Outcomes = outcomes.GetValueOrDefault(signal.Id) ?? [] }),
            view => (view.ReceivedAt, view.Id));
    }

    private static Task<List<View>?> ReadAsync(Guid strategy, ListQuery asked, TenantDb db, CancellationToken ct) =>
        db.RunSqlAsync<List<View>?>(async connection =>
        {
            await using (var own = new NpgsqlCommand(
                "select exists (select from strategies.strategies where id = $1 and tenant_id = kernel.current_tenant() and deleted_at is null)",
                connection))
            {
                own.Parameters.AddWithValue(strategy);
                if (await own.ExecuteScalarAsync(ct) is not true) return null;
            }
            await using var command = new NpgsqlCommand("""
                select id, received_at, status, code, error, dialect, action, symbol, fan_out from strategies.signals
                where strategy_id = $1 and ($2::timestamptz is null or (received_at, id) < ($2, $3)) order by received_at desc, id desc limit $4
                """, connection);
            command.Parameters.AddWithValue(strategy);
            command.Parameters.AddTime(asked.Before?.At);
            command.Parameters.AddId(asked.Before?.Id);
            command.Parameters.AddWithValue(asked.Size + 1);
            List<View> found = [];
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
                found.Add(new View(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : row.GetInt32(2),
                    row.TextOrNull(3), row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.GetInt32(8), []));
            return found;
        }, ct);

    // Across all tenants, and nothing but counts: the signals are the caller's own.
    private static async Task<Dictionary<Guid, List<OutcomeView>>> OutcomesAsync(Guid[] signals, Database database, CancellationToken ct)
    {
        Dictionary<Guid, List<OutcomeView>> found = [];
        if (signals.Length == 0) return found;
        await using var command = database.System.CreateCommand("""
            select w.strategy_signal_id, case
                       when o.id is null then 'refused'
                       when o.status in ('PENDING', 'SENDING', 'UNKNOWN') then 'pending'
                       when o.status = 'FILLED' then 'filled'
                       when o.status in ('WORKING', 'PARTIALLY_FILLED') then 'working'
                       when o.reject_code in ('nothing_to_close', 'nothing_to_cancel', 'already_there', 'superseded', 'nothing_to_protect') then 'nothing_to_do'
                       when o.status = 'CANCELED' then 'canceled'
                       else 'rejected' end as outcome, count(*)::int
            from alerts.webhooks_log w left join trading.orders o on o.id = w.order_id
            where w.strategy_signal_id = any ($1) and w.tenant_id <> $2 group by 1, 2 order by 1, 3 desc, 2
            """);
        command.Parameters.AddWithValue(signals);
        command.Parameters.AddWithValue(RecordAccounts.Tenant.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            if (!found.TryGetValue(row.GetGuid(0), out var counts)) found[row.GetGuid(0)] = counts = [];
            counts.Add(new OutcomeView(row.GetString(1), row.GetInt32(2)));
        }
        return found;
    }
}
