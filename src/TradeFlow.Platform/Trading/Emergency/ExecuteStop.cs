using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>What a stop has begun.</summary>
/// <param name="Accounts">All accounts that it covers.</param>
internal sealed record BegunStop(Guid Id, IReadOnlyList<SwitchedAccount> Accounts);

/// <summary>
/// The transaction of an emergency stop of what the caller sees: accounts off, waiting entries ended, then a cancel and a flatten in each
/// lane, the audit row. All of it or nothing; what follows is the lanes' own work and survives any process. Accounts are locked before
/// lanes, in one order, as everywhere.
/// </summary>
internal sealed class ExecuteStop(
    TenantContext tenant, TenantDb db, AccountStops accounts, AuditLog audit, Notifications notices, LaneCalls lanes, TimeProvider clock)
{
    /// <returns><c>null</c> when the tenant has no such account.</returns>
    public async Task<BegunStop?> RunAsync(AccountId? only)
    {
        // Whoever asked may be gone before it commits: a stop is not cancelled with its request.
        var ct = CancellationToken.None;
        var id = NewId.At(clock);
        var stopped = await TwiceAsync(() => db.RunSqlAsync(async connection =>
        {
            var switched = await AccountStops.StopAsync(only, connection, ct);
            if (only is not null && switched.Count == 0) return null;
            await RecordAsync(id, only, switched, connection, ct);
            var detail =
                $$"""{"stop_id":"{{id}}","accounts":{{Ids(switched)}},"disabled":{{Ids(switched.Where(account => account.WasEnabled))}}}""";
            await audit.WriteAsync(tenant.Tenant, tenant.User, "emergency_stop.executed", only?.ToString(), detail, connection, ct);
            if (Reachable(switched).Count == 0) await EmergencyNotice.ExecutedAsync(
                notices, tenant.Tenant, id, 0, switched.Select(account => account.Id.Value), connection, ct);
            return switched;
        }, ct));
        if (stopped is null) return null;
        await accounts.TellAsync(tenant.Tenant, stopped);
        foreach (var account in stopped) lanes.Ring(account.Id);
        return new BegunStop(id, stopped);
    }

    // A stop is not the one to give way: chosen as the victim of a deadlock it has been rolled back, and runs once more.
    private static async Task<T> TwiceAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return await run();
        }
    }

    private async Task RecordAsync(
        Guid id, AccountId? only, IReadOnlyList<SwitchedAccount> switched, NpgsqlConnection connection, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var reachable = Reachable(switched);
        var before = await LockEarlierAsync(switched, connection, ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select trading.refuse_waiting_entries($1, 'An emergency stop came after this signal; nothing was sent.')")
        {
            Parameters = { new() { Value = switched.Select(account => account.Id.Value).ToArray() } },
        });
        var stop = new NpgsqlBatchCommand(
            "insert into trading.emergency_stops (id, tenant_id, account_id, requested_by, at, done_at) values ($1, $2, $3, $4, $5, $6)");
        stop.Parameters.AddWithValue(id);
        stop.Parameters.AddWithValue(tenant.Tenant.Value);
        stop.Parameters.AddId(only?.Value);
        stop.Parameters.AddWithValue(tenant.User.Value);
        stop.Parameters.AddWithValue(now);
        stop.Parameters.AddTime(reachable.Count == 0 ? now : null);
        batch.BatchCommands.Add(stop);
        foreach (var account in reachable)
        {
            var (cancel, flatten) = (new OrderId(NewId.At(clock)), new OrderId(NewId.At(clock)));
            batch.BatchCommands.Add(
                OrderDesk.Enqueue(cancel, tenant.Tenant, account.Id, account.Broker, "", null, OrderDesk.CancelAll, now));
            batch.BatchCommands.Add(
                OrderDesk.Enqueue(flatten, tenant.Tenant, account.Id, account.Broker, "", null, OrderDesk.Flatten, now));
            // A stop on top of one that is not through yet goes on from there, and counts what that one has closed.
            var armed = new NpgsqlBatchCommand("""
                insert into trading.stopped_accounts as s (account_id, tenant_id, stop_id, orders, armed_at, next_try_at) values ($1, $2, $3, $4, $5, $6)
                on conflict (account_id) do update set stop_id = excluded.stop_id, state = 'armed', armed_at = excluded.armed_at, next_try_at = excluded.next_try_at,
                    orders = case when s.state in ('armed', 'not_flat') then s.orders || excluded.orders else excluded.orders end, errors = '{}', settled_at = null
                """);
            armed.Parameters.AddWithValue(account.Id.Value);
            armed.Parameters.AddWithValue(tenant.Tenant.Value);
            armed.Parameters.AddWithValue(id);
            armed.Parameters.AddWithValue(new[] { cancel.Value, flatten.Value });
            armed.Parameters.AddWithValue(now);
            armed.Parameters.AddWithValue(now + StopChase.TryAgain);
            batch.BatchCommands.Add(armed);
        }
        // Stops that this one has taken over in full end without words of their own. In full: what others still close of them counts too.
        batch.BatchCommands.Add(Wall.Around(tenant.Tenant).Command());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            update trading.emergency_stops e set done_at = $1 where done_at is null and id = any($2)
                and not exists (select 1 from trading.stopped_accounts s where s.stop_id = e.id and s.state in ('armed', 'not_flat'))
            """) { Parameters = { new() { Value = now }, new() { Value = before } } });
        batch.BatchCommands.Add(tenant.Wall.Command());
        await batch.ExecuteNonQueryAsync(ct);
    }

    // Stops of these accounts that are not through. Locked before the rows of their accounts, as the Worker does when it ends one.
    private static async Task<Guid[]> LockEarlierAsync(
        IReadOnlyList<SwitchedAccount> switched, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select id from trading.emergency_stops where done_at is null and id in (select stop_id from trading.stopped_accounts where account_id = any($1)) order by id for update
            """, connection);
        command.Parameters.AddWithValue(switched.Select(account => account.Id.Value).ToArray());
        List<Guid> ids = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) ids.Add(rows.GetGuid(0));
        return [.. ids];
    }

    // An account that has never been connected can hold nothing, and no lane would run its orders.
    private static List<SwitchedAccount> Reachable(IEnumerable<SwitchedAccount> accounts) =>
        [.. accounts.Where(account => account.Status != AccountStatuses.Pending)];

    private static string Ids(IEnumerable<SwitchedAccount> accounts) =>
        JsonSerializer.Serialize(accounts.Select(account => account.Id.ToString()), TradingJson.Default.IEnumerableString);
}
