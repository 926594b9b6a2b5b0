using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>What is now known of an order that was claimed.</summary>
internal sealed record Settlement(string Status)
{
    public string? Code { get; init; }
    public string? Reason { get; init; }
    public string? BrokerOrderId { get; init; }
    public string? BrokerPositionId { get; init; }
    public decimal? Filled { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? GrossPnl { get; init; }

    /// <summary>The broker took it: an entry counts as a trade.</summary>
    public bool Taken { get; init; }
    public string Event { get; init; } = "outcome";
    public string? Detail { get; init; }
}

/// <summary>
/// Outcomes of orders: those of all lanes that come at one moment share a commit, and each row is read back in the same round trip.
/// </summary>
internal sealed class OrderSettlements : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly NpgsqlDataSource pool;
    private readonly SharedCommit<Known, (bool Changed, OrderRow? Row)> commits;

    public OrderSettlements(Database database)
    {
        // A connection of its own, whose statements stay planned.
        pool = database.NewSystemPool(1, Longest, looksUpByKey: true);
        commits = new SharedCommit<Known, (bool Changed, OrderRow? Row)>(pool, database.System, WriteAsync);
    }

    /// <summary>Writes an outcome and reads the row back. <c>Changed</c> is false when the order had ended before.</summary>
    public async Task<(bool Changed, OrderRow Row)> SettleAsync(Guid order, Settlement outcome)
    {
        var (changed, row) = await commits.RunAsync(new Known(order, outcome));
        return (changed, row ?? throw new InvalidOperationException($"Order {order} is not there."));
    }

    private static async Task<IReadOnlyList<(bool Changed, OrderRow? Row)>> WriteAsync(
        NpgsqlDataSource pool, string patience, IReadOnlyList<Known> batch)
    {
        await using var connection = await pool.OpenConnectionAsync(CancellationToken.None);
        await using var statements = new NpgsqlBatch(connection);
        statements.BatchCommands.Add(Settle(patience, batch));
        var read = new NpgsqlBatchCommand($"select {OrderRow.Columns} from trading.orders o where o.id = any($1)");
        read.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, batch.Select(one => one.Order).ToArray());
        statements.BatchCommands.Add(read);
        var changed = new bool[batch.Count];
        Dictionary<Guid, OrderRow> found = new(batch.Count);
        // The two are one transaction; it has committed once the reader is disposed.
        await using (var rows = await statements.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None)) changed[rows.GetInt32(0) - 1] = true;
            await rows.NextResultAsync(CancellationToken.None);
            while (await rows.ReadAsync(CancellationToken.None))
            {
                var row = OrderRow.Read(rows);
                found[row.Id] = row;
            }
        }
        return [.. batch.Select((one, at) => (changed[at], found.GetValueOrDefault(one.Order)))];
    }

    private static NpgsqlBatchCommand Settle(string patience, IReadOnlyList<Known> batch)
    {
        var command = new NpgsqlBatchCommand("select trading.settle_orders($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
        command.Parameters.AddWithValue(patience);
        Add(NpgsqlDbType.Uuid, one => one.Order);
        Add(NpgsqlDbType.Text, one => one.Outcome.Status);
        Add(NpgsqlDbType.Text, one => one.Outcome.Code);
        Add(NpgsqlDbType.Text, one => one.Outcome.Reason);
        Add(NpgsqlDbType.Text, one => one.Outcome.BrokerOrderId);
        Add(NpgsqlDbType.Text, one => one.Outcome.BrokerPositionId);
        Add(NpgsqlDbType.Numeric, one => one.Outcome.Filled);
        Add(NpgsqlDbType.Numeric, one => one.Outcome.AvgPrice);
        Add(NpgsqlDbType.Numeric, one => one.Outcome.Pnl);
        Add(NpgsqlDbType.Numeric, one => one.Outcome.GrossPnl);
        Add(NpgsqlDbType.Boolean, one => one.Outcome.Taken);
        Add(NpgsqlDbType.Text, one => one.Outcome.Event);
        Add(NpgsqlDbType.Jsonb, one => one.Outcome.Detail is { } detail
            ? $$"""{"text":{{JsonSerializer.Serialize(detail, TradingJson.Default.String)}}}""" : null);
        return command;

        void Add<T>(NpgsqlDbType type, Func<Known, T> value) => command.Parameters.AddColumn(type, batch, value);
    }

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private sealed record Known(Guid Order, Settlement Outcome);
}
