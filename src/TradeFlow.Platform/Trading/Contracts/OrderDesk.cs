using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// Exits that a person (or an emergency stop) asks for: put into the lane of the account like any signal. Whoever waits for one calls the
/// lane (<see cref="OrderAnswers"/>).
/// </summary>
internal sealed class OrderDesk(Database database, TimeProvider clock)
{
    // An exit is never refused for its age; this is how long an unreachable broker is tried.
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(30);

    /// <param name="qty">A part of the position, or <c>null</c> for all of it.</param>
    public Task<OrderId> CloseAsync(Wall wall, PositionView position, decimal? qty, CancellationToken ct) => EnqueueAsync(
        wall, new AccountId(position.AccountId), position.Broker, position.Symbol, position.Id,
        new TradeIntent { Action = TradeAction.Close, Symbol = position.Symbol, Qty = qty, PositionId = position.Id }, ct);

    public Task<OrderId> CancelAsync(Wall wall, OrderView order, CancellationToken ct) => EnqueueAsync(
        wall, new AccountId(order.AccountId), order.Broker, order.Symbol, null,
        new TradeIntent { Action = TradeAction.Cancel, Symbol = order.Symbol, OrderId = order.Id }, ct);

    /// <summary>Moves the stop and target of a position.</summary>
    public Task<OrderId> ProtectAsync(Wall wall, PositionView position, TradeIntent protect, CancellationToken ct) => EnqueueAsync(
        wall, new AccountId(position.AccountId), position.Broker, position.Symbol, position.Id,
        protect with { Symbol = position.Symbol, PositionId = position.Id }, ct);

    /// <summary>Cancels every working order of the account, whatever its symbol.</summary>
    public static readonly TradeIntent CancelAll = new() { Action = TradeAction.Cancel, Symbol = "" };

    /// <summary>Closes every position of the account, also those that were opened at the broker.</summary>
    public static readonly TradeIntent Flatten = new() { Action = TradeAction.Flatten, Symbol = "" };

    /// <summary>
    /// The command that puts an exit into the lane of its account, for a transaction that does more than this. Ring the lane after it.
    /// </summary>
    public static NpgsqlBatchCommand Enqueue(
        OrderId id, TenantId tenant, AccountId account, string broker, string symbol, Guid? position, TradeIntent intent,
        DateTimeOffset now)
    {
        var enqueue = new NpgsqlBatchCommand(
            "select trading.enqueue_order($1, $2, $3, $4, null, null, $5, $6, $7, $8, $9, null, 'MARKET', $10, null, 0, $11, $12)");
        enqueue.Parameters.AddWithValue(id.Value);
        enqueue.Parameters.AddWithValue(tenant.Value);
        enqueue.Parameters.AddWithValue(account.Value);
        enqueue.Parameters.AddWithValue(broker);
        enqueue.Parameters.AddId(position);
        enqueue.Parameters.AddWithValue(ClientOrderId.For(id));
        enqueue.Parameters.AddWithValue(intent.Command);
        enqueue.Parameters.AddJson(intent.ToJson());
        enqueue.Parameters.AddWithValue(symbol);
        enqueue.Parameters.AddNumber(intent.Qty);
        enqueue.Parameters.AddWithValue(now);
        enqueue.Parameters.AddWithValue(now + ValidFor);
        return enqueue;
    }

    private async Task<OrderId> EnqueueAsync(
        Wall wall, AccountId account, string broker, string symbol, Guid? position, TradeIntent intent, CancellationToken ct)
    {
        var id = new OrderId(NewId.At(clock));
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(wall.Command());
        batch.BatchCommands.Add(Enqueue(id, wall.Tenant, account, broker, symbol, position, intent, clock.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(ct);
        return id;
    }
}
