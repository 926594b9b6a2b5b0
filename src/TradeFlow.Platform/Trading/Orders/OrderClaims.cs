using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>How a claim ended.</summary>
internal enum Claim
{
    /// <summary>Ours to send, once.</summary>
    Claimed,
    /// <summary>Somebody else has it, or it has ended.</summary>
    Gone,
    /// <summary>The lane has begun a newer epoch.</summary>
    Fenced,
    /// <summary>Ended by one of the checks of an entry.</summary>
    Refused,
    /// <summary>Still pending: the account has changed since the entry was made up from its settings.</summary>
    Stale,
}

/// <summary>
/// Claims of orders: the orders of all lanes that are about to be sent at one moment share a commit. Nothing leaves before it.
/// </summary>
internal sealed class OrderClaims : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly NpgsqlDataSource pool;
    private readonly SharedCommit<Wanted, (Claim Claim, DateTimeOffset? At)> commits;

    public OrderClaims(Database database)
    {
        // A connection of its own, whose statements stay planned.
        pool = database.NewSystemPool(1, Longest, looksUpByKey: true);
        commits = new SharedCommit<Wanted, (Claim, DateTimeOffset?)>(pool, database.System, WriteAsync);
    }

    /// <returns>How it ended, and when it began by the database's clock.</returns>
    public Task<(Claim Claim, DateTimeOffset? At)> ClaimAsync(OrderRow order, long epoch, ResolvedOrder resolved) =>
        commits.RunAsync(new Wanted(order, epoch, resolved));

    private static async Task<IReadOnlyList<(Claim Claim, DateTimeOffset? At)>> WriteAsync(
        NpgsqlDataSource pool, string patience, IReadOnlyList<Wanted> batch)
    {
        await using var command =
            pool.CreateCommand("select * from trading.claim_orders($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
        command.Parameters.AddWithValue(patience);
        Add(NpgsqlDbType.Uuid, one => one.Order.Id);
        Add(NpgsqlDbType.Uuid, one => one.Order.AccountId);
        Add(NpgsqlDbType.Bigint, one => one.Epoch);
        Add(NpgsqlDbType.Boolean, one => one.Order.IsEntry);
        Add(NpgsqlDbType.Text, one => one.Resolved.BrokerSymbol);
        Add(NpgsqlDbType.Text, one => one.Resolved.Side);
        Add(NpgsqlDbType.Numeric, one => one.Resolved.Qty);
        Add(NpgsqlDbType.Numeric, one => one.Resolved.Price);
        Add(NpgsqlDbType.Numeric, one => one.Resolved.StopLoss);
        Add(NpgsqlDbType.Numeric, one => one.Resolved.TakeProfit);
        Add(NpgsqlDbType.Text, one => one.Resolved.BrokerPositionId);
        Add(NpgsqlDbType.Uuid, one => one.Resolved.PositionId);
        Add(NpgsqlDbType.Numeric, one => one.Resolved.PositionQty);
        Add(NpgsqlDbType.Text, one => one.Resolved.Symbol);
        Add(NpgsqlDbType.Bigint, one => one.Resolved.AccountVersion);
        var ended = new (Claim, DateTimeOffset?)[batch.Count];
        await using (var rows = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
                ended[rows.GetInt32(0) - 1] = (Read(rows.GetString(1)), rows.GetFieldValue<DateTimeOffset>(2));
        }
        // The reader is closed: the statement has committed.
        return ended;

        void Add<T>(NpgsqlDbType type, Func<Wanted, T> value) => command.Parameters.AddColumn(type, batch, value);
    }

    private static Claim Read(string told) => told switch
    {
        "claimed" => Claim.Claimed,
        "gone" => Claim.Gone,
        "fenced" => Claim.Fenced,
        "stale" => Claim.Stale,
        _ => Claim.Refused,
    };

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private sealed record Wanted(OrderRow Order, long Epoch, ResolvedOrder Resolved);
}
