using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>How the lease of a worker was renewed.</summary>
/// <param name="Held">It was there: no lane of ours went to anybody else. Else the worker goes on under the new id, and holds nothing yet.</param>
/// <param name="HasFree">A lane that somebody is to serve has no worker.</param>
/// <param name="Seen">What else the lanes to serve depend on: while it is the same, they are.</param>
internal sealed record Renewal(bool Held, bool HasFree, string Seen);

/// <summary>Leases in PostgreSQL, on its clock: workers with wrong clocks agree all the same. A worker has one for all its lanes.</summary>
internal sealed class LaneStore(Database database)
{
    /// <param name="anew">The id under which the worker goes on where its lease is gone.</param>
    public async Task<Renewal> RenewAsync(Guid worker, Guid anew, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select held, has_free, seen from trading.renew_worker($1, $2, $3)");
        command.Parameters.AddWithValue(worker);
        command.Parameters.AddWithValue(anew);
        command.Parameters.AddWithValue(LaneLease.Length);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new Renewal(row.GetBoolean(0), row.GetBoolean(1), row.GetString(2));
    }

    /// <summary>Makes missing lanes and takes those that nobody holds. Returns the accounts whose lanes are ours now.</summary>
    public async Task<HashSet<Guid>> TakeAsync(Guid worker, IReadOnlyCollection<AccountContext> accounts, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select trading.take_lanes($1, $2, $3)");
        command.Parameters.AddWithValue(worker);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.Select(account => account.AccountId.Value).ToArray());
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts.Select(account => account.TenantId.Value).ToArray());
        HashSet<Guid> mine = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) mine.Add(rows.GetGuid(0));
        return mine;
    }

    /// <summary>Gives all lanes back at a graceful end, so that another worker need not wait.</summary>
    public async Task ReleaseAsync(Guid worker, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("delete from trading.workers where id = $1");
        command.Parameters.AddWithValue(worker);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The accounts in whose lanes an order waits, and whether one was left behind by another worker. The index has these orders and no others.</summary>
    public async Task<List<(Guid Account, bool LeftBehind)>> WaitingAsync(Guid worker, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select account_id, bool_or(status = 'SENDING') from trading.orders
            where status in ('PENDING', 'SENDING', 'UNKNOWN') and (status = 'PENDING'
                or status = 'SENDING' and (claimed_by <> $1 or sent_at < clock_timestamp() - interval '30 seconds')) group by account_id
            """);
        command.Parameters.AddWithValue(worker);
        List<(Guid, bool)> waiting = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) waiting.Add((rows.GetGuid(0), rows.GetBoolean(1)));
        return waiting;
    }
}
