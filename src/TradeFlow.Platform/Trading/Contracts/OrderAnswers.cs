using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>Waits for what becomes of an order. A message brings it at once; the row is read as well, now and then, for a message that got lost.</summary>
internal sealed class OrderAnswers : IDisposable
{
    private const int Remembered = 4096;
    private const string Prefix = """{"id":""" + "\"";
    private readonly Database database;
    private readonly RedisBus bus;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<string>> waiting = new();
    // An answer may be here before its webhook waits for it.
    private readonly ConcurrentDictionary<Guid, string> early = new();
    private readonly ConcurrentQueue<Guid> earlyOrder = new();

    public OrderAnswers(Database database, RedisBus bus, TimeProvider clock)
    {
        (this.database, this.bus, this.clock) = (database, bus, clock);
        subscription = bus.Subscribe(Topics.OrderAnswered, Heard);
    }

    /// <summary>The order as soon as it has left PENDING; an unknown one is waited for as long as there is time.</summary>
    /// <returns><c>null</c> when it is still pending at the end.</returns>
    public async Task<OrderView?> WaitAsync(OrderId order, TimeSpan atMost, CancellationToken ct)
    {
        var source = waiting.GetOrAdd(order.Value, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            var end = clock.GetTimestamp() + (long)(atMost.TotalSeconds * clock.TimestampFrequency);
            var pause = TimeSpan.FromMilliseconds(bus.IsConnected ? 400 : 30);
            OrderView? last = null;
            if (early.TryGetValue(order.Value, out var known)) source.TrySetResult(known);
            while (true)
            {
                if (source.Task.IsCompletedSuccessfully)
                {
                    last = Parse(await source.Task) ?? last;
                    // An unknown order may still be settled in time: listen on.
                    if (last is { Status: OrderRow.Unknown }) waiting[order.Value] = source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                if (last is { Status: not (OrderRow.Pending or OrderRow.Unknown) }) return last;
                var left = clock.GetElapsedTime(clock.GetTimestamp(), end);
                if (left <= TimeSpan.Zero) return last is { Status: OrderRow.Pending } ? null : last;
                try
                {
                    await source.Task.WaitAsync(left < pause ? left : pause, clock, ct);
                }
                catch (TimeoutException)
                {
                    // No message in this while: it may have got lost.
                    last = await ReadAsync(order, ct) ?? last;
                }
                pause = TimeSpan.FromMilliseconds(bus.IsConnected ? 250 : 50);
            }
        }
        finally
        {
            waiting.TryRemove(order.Value, out _);
        }
    }

    /// <summary>The order with its legs, as PostgreSQL has it now. For callers that know the order to be their tenant's.</summary>
    public async Task<OrderView?> ReadAsync(OrderId order, CancellationToken ct)
    {
        try
        {
            await using var command = database.System.CreateCommand($"select {OrderRow.Columns} from trading.orders o where o.id = $1 or o.parent_id = $1 order by o.parent_id nulls first, o.seq");
            command.Parameters.AddWithValue(order.Value);
            var rows = await OrderStore.ReadAllAsync(command, ct);
            return rows.Count == 0 || rows[0].Id != order.Value ? null : OrderViews.Combine(rows[0], rows[1..]);
        }
        catch (NpgsqlException)
        {
            // The order is recorded and goes on; its answer is found by its id later.
            return null;
        }
    }

    private void Heard(string message)
    {
        // The id comes first: a replica reads no more of answers that nobody here waits for.
        if (!message.StartsWith(Prefix, StringComparison.Ordinal) || message.Length < Prefix.Length + 36 || !Guid.TryParse(message.AsSpan(Prefix.Length, 36), out var id)) return;
        if (waiting.TryGetValue(id, out var source) && source.TrySetResult(message)) return;
        early[id] = message;
        earlyOrder.Enqueue(id);
        while (earlyOrder.Count > Remembered && earlyOrder.TryDequeue(out var oldest)) early.TryRemove(oldest, out _);
    }

    private static OrderView? Parse(string json) => JsonSerializer.Deserialize(json, TradingJson.Default.OrderView);

    public void Dispose() => subscription.Dispose();
}
