using System.Numerics;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>What a Worker has seen of the lanes.</summary>
/// <param name="Held">How many stand in its name.</param>
/// <param name="Print">A sum over them that another lane or another epoch changes (<see cref="LaneStore.PrintOf"/>).</param>
/// <param name="Waiting">Its lanes in which an order waits, and whether one was left behind by an earlier epoch.</param>
/// <param name="Rest">What changes seldom; <c>null</c> where it was not looked at.</param>
internal sealed record LanesSeen(
    long Held, BigInteger Print, IReadOnlyList<(Guid Account, bool LeftBehind)> Waiting, LanesSeen.Seldom? Rest)
{
    /// <param name="HasFree">A lane that is to be served has nobody.</param>
    /// <param name="Seen">What else a Worker's lanes depend on: while it is the same, they are.</param>
    public sealed record Seldom(bool HasFree, string Seen);
}

/// <summary>Epochs and holders of lanes in PostgreSQL.</summary>
internal sealed class LaneStore(Database database)
{
    /// <summary>Begins the next epoch. From its commit on no earlier one claims.</summary>
    /// <returns>The epoch, and who had the lane until now; <c>null</c> where it was given back.</returns>
    public async Task<(long Epoch, string? Earlier)> BeginAsync(AccountContext account, string holder, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select begun, earlier from trading.begin_epoch($1, $2, $3)");
        command.Parameters.AddWithValue(account.AccountId.Value);
        command.Parameters.AddWithValue(account.TenantId.Value);
        command.Parameters.AddWithValue(holder);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return (row.GetInt64(0), row.TextOrNull(1));
    }

    /// <summary>Says that nothing is under way under this epoch any more, so that whoever begins the next need not wait.</summary>
    public async Task GiveBackAsync(Guid account, long epoch)
    {
        await using var command =
            database.System.CreateCommand("update trading.lanes set holder = null where account_id = $1 and epoch = $2");
        command.Parameters.AddWithValue(account);
        command.Parameters.AddWithValue(epoch);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <param name="living">The Workers that live, to look at what changes seldom too; <c>null</c> to leave it out.</param>
    public async Task<LanesSeen> LookAsync(string holder, IReadOnlyCollection<string>? living, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(living is null
            ? new NpgsqlBatchCommand("select held, print from trading.held_lanes($1)") { Parameters = { new() { Value = holder } } }
            : new NpgsqlBatchCommand("select held, print, has_free, seen from trading.look_at_lanes($1, $2)")
            {
                Parameters = { new() { Value = holder }, Names(living) },
            });
        // The index of open orders has these and no others.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            select o.account_id, bool_or(o.status = 'SENDING') from trading.orders o join trading.lanes l using (account_id)
            where o.status in ('PENDING', 'SENDING', 'UNKNOWN') and l.holder = $1 and (o.status = 'PENDING'
                or o.status = 'SENDING' and (o.epoch is distinct from l.epoch or o.sent_at < clock_timestamp() - interval '30 seconds'))
            group by o.account_id
            """)
        {
            Parameters = { new() { Value = holder } },
        });
        await using var rows = await batch.ExecuteReaderAsync(ct);
        await rows.ReadAsync(ct);
        var (held, print) = (rows.GetInt64(0), rows.GetFieldValue<BigInteger>(1));
        var rest = living is null ? null : new LanesSeen.Seldom(rows.GetBoolean(2), rows.GetString(3));
        List<(Guid, bool)> waiting = [];
        await rows.NextResultAsync(ct);
        while (await rows.ReadAsync(ct)) waiting.Add((rows.GetGuid(0), rows.GetBoolean(1)));
        return new LanesSeen(held, print, waiting, rest);
    }

    /// <summary>What <c>trading.held_lanes</c> adds up of a lane.</summary>
    public static BigInteger PrintOf(AccountId account, long epoch) =>
        ((BigInteger)Convert.ToInt64(account.Value.ToString("N")[^15..], 16) << 32) + epoch;

    /// <summary>The lanes that stand in the name of a Worker, each with its epoch.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> HeldAsync(string holder, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select account_id, epoch from trading.lanes where holder = $1");
        command.Parameters.AddWithValue(holder);
        Dictionary<Guid, long> held = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) held.Add(rows.GetGuid(0), rows.GetInt64(1));
        return held;
    }

    /// <summary>Accounts that are to be served and have nobody among the living.</summary>
    public async Task<List<Guid>> FreeAsync(IReadOnlyCollection<string> living, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select a.id from accounts.accounts a left join trading.lanes l on l.account_id = a.id
            where a.deleted_at is null and a.status <> 'pending' and (l.holder is null or l.holder <> all ($1))
            """);
        command.Parameters.Add(Names(living));
        List<Guid> free = [];
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) free.Add(rows.GetGuid(0));
        return free;
    }

    /// <summary>How many lanes each of the living has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(IReadOnlyCollection<string> living, CancellationToken ct)
    {
        await using var command =
            database.System.CreateCommand("select holder, count(*) from trading.lanes where holder = any ($1) group by holder");
        command.Parameters.Add(Names(living));
        var counts = living.ToDictionary(worker => worker, _ => 0L, StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct)) counts[rows.GetString(0)] = rows.GetInt64(1);
        return counts;
    }

    private static NpgsqlParameter Names(IReadOnlyCollection<string> workers) =>
        new() { Value = workers.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
