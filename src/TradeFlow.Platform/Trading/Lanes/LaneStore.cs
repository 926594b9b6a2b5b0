using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>Leases of lanes in PostgreSQL, on its clock: workers with wrong clocks agree all the same.</summary>
internal sealed class LaneStore(Database database)
{
    /// <summary>Makes missing lanes, renews ours and takes those that nobody holds. Returns the accounts whose lanes are ours now,
    /// and whether the lease is fresh.</summary>
    public async Task<Dictionary<Guid, bool>> LeaseAsync(Guid worker, IReadOnlyCollection<AccountContext> accounts, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        var ids = accounts.Select(account => account.AccountId.Value).ToArray();
        var create = new NpgsqlBatchCommand("""
            insert into trading.lanes (account_id, tenant_id) select * from unnest($1, $2) as wanted (account_id, tenant_id)
            where not exists (select 1 from trading.lanes l where l.account_id = wanted.account_id) on conflict do nothing
            """);
        create.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        create.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.Select(account => account.TenantId.Value).ToArray());
        batch.BatchCommands.Add(create);
        // Skip locked: a lane in which a signal is just being recorded is renewed at the next turn, well before its lease ends.
        var lease = new NpgsqlBatchCommand($"""
            update trading.lanes set worker_id = $1, lease_until = clock_timestamp() + interval '{LaneLease.Length.TotalSeconds} seconds'
            where account_id in (select account_id from trading.lanes where account_id = any($2)
                                 and (worker_id = $1 or lease_until is null or lease_until < clock_timestamp()) for no key update skip locked)
            """);
        lease.Parameters.AddWithValue(worker);
        lease.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        batch.BatchCommands.Add(lease);
        var mine = new NpgsqlBatchCommand("select account_id, lease_until >= clock_timestamp() + $2 from trading.lanes where worker_id = $1 and lease_until > clock_timestamp() and account_id = any($3)");
        mine.Parameters.AddWithValue(worker);
        mine.Parameters.AddWithValue(LaneLease.Length - TimeSpan.FromMilliseconds(400));
        mine.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        batch.BatchCommands.Add(mine);
        Dictionary<Guid, bool> held = [];
        await using var rows = await batch.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) held[rows.GetGuid(0)] = rows.GetBoolean(1);
        return held;
    }

    /// <summary>Gives lanes back at a graceful end, so that another worker need not wait.</summary>
    public async Task ReleaseAsync(Guid worker, IReadOnlyCollection<Guid> accounts, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update trading.lanes set worker_id = null, lease_until = null where worker_id = $1 and account_id = any($2)");
        command.Parameters.AddWithValue(worker);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Of these accounts those in whose lanes an order waits, and whether one was left behind by another worker.</summary>
    public async Task<List<(Guid Account, bool LeftBehind)>> WaitingAsync(Guid worker, IReadOnlyCollection<Guid> accounts, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select account_id, bool_or(status = 'SENDING') from trading.orders
            where account_id = any($1) and (status = 'PENDING' or status = 'SENDING' and (claimed_by <> $2 or sent_at < clock_timestamp() - interval '30 seconds')) group by account_id
            """);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.ToArray());
        command.Parameters.AddWithValue(worker);
        List<(Guid, bool)> waiting = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) waiting.Add((rows.GetGuid(0), rows.GetBoolean(1)));
        return waiting;
    }
}
