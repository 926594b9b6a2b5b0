using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>What a lane has before it.</summary>
internal sealed record LaneQueue(IReadOnlyList<OrderRow> Pending, IReadOnlySet<string> UnknownSymbols)
{
    /// <summary>Version of the account when this was read; 0 when nothing waits.</summary>
    public long AccountVersion { get; init; }

    public static readonly LaneQueue Empty = new([], new HashSet<string>(StringComparer.Ordinal));
}

/// <summary>Reads what waits in the lanes; those that ask at one moment share a round trip.</summary>
internal sealed class LaneQueues
{
    private readonly Gathered<Guid, LaneQueue> reads;

    public LaneQueues(Database database) => reads = new Gathered<Guid, LaneQueue>(accounts => ReadAsync(database, accounts));

    /// <summary>
    /// What waits in a lane, in its order, and the symbols with an order of unknown outcome. Of entries the first 64, unless an exit waits:
    /// it must see all that it overtakes.
    /// </summary>
    public async Task<LaneQueue> ReadAsync(Guid account, CancellationToken ct) => await reads.FindAsync(account, ct) ?? LaneQueue.Empty;

    private static async Task<IReadOnlyDictionary<Guid, LaneQueue>> ReadAsync(Database database, IReadOnlyCollection<Guid> accounts)
    {
        var ids = accounts.ToArray();
        await using var connection = await database.System.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);
        var pending = new NpgsqlBatchCommand($"""
            with pending as (
                select id, account_id as lane, action in ('open', 'reverse') and not unplanned as entry,
                       row_number() over (partition by account_id order by coalesce(turn, seq), turn is null, seq) as place
                from trading.orders where account_id = any($1) and status = 'PENDING'),
            exits as (select lane, max(place) as last from pending where not entry group by lane)
            select {OrderRow.Columns}, a.version
            from trading.orders o join pending p using (id) join accounts.accounts a on a.id = o.account_id left join exits e using (lane)
            where p.place <= 64 or not p.entry or p.place < e.last
            order by p.lane, p.place
            """);
        pending.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        batch.BatchCommands.Add(pending);
        var unknown = new NpgsqlBatchCommand("""
            select distinct account_id, symbol from trading.orders
            where account_id = any($1) and status = 'UNKNOWN' and action not in ('cancel', 'modify')
            """);
        unknown.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, ids);
        batch.BatchCommands.Add(unknown);
        Dictionary<Guid, (List<OrderRow> Pending, HashSet<string> Unknown)> found = [];
        Dictionary<Guid, long> versions = [];
        await using (var rows = await batch.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
            {
                var order = OrderRow.Read(rows);
                Of(order.AccountId).Pending.Add(order);
                versions[order.AccountId] = rows.GetInt64(rows.FieldCount - 1);
            }
            await rows.NextResultAsync(CancellationToken.None);
            while (await rows.ReadAsync(CancellationToken.None)) Of(rows.GetGuid(0)).Unknown.Add(rows.GetString(1));
        }
        return found.ToDictionary(one => one.Key, one => new LaneQueue(one.Value.Pending, one.Value.Unknown)
        {
            AccountVersion = versions.GetValueOrDefault(one.Key),
        });

        (List<OrderRow> Pending, HashSet<string> Unknown) Of(Guid account) =>
            found.TryGetValue(account, out var known) ? known : found[account] = ([], new HashSet<string>(StringComparer.Ordinal));
    }
}
