using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>Waits for what becomes of an order. A message brings it at once; the row is read as well, now and then, for a message that got lost.</summary>
internal sealed class OrderAnswers : IDisposable
{
    /// <summary>How long an alert waits for its outcome before it is answered as pending.</summary>
    public static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a person does who has pressed a button.</summary>
    public static readonly TimeSpan PersonPatience = TimeSpan.FromSeconds(10);

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

    /// <summary>
    /// The order as soon as it has left PENDING; an unknown one is waited for as long as there is time, and so is a market order that
    /// works, until its lane says that it looks no longer for the fill.
    /// </summary>
    /// <returns><c>null</c> when it is still pending at the end.</returns>
    public async Task<OrderView?> WaitAsync(OrderId order, TimeSpan atMost, CancellationToken ct) =>
        await WatchAsync(order, atMost, ct) is { } view ? await ToldAsync(order, view) : null;

    /// <summary>The same for who tells nobody: a failure is told by a notification then.</summary>
    public async Task<OrderView?> WatchAsync(OrderId order, TimeSpan atMost, CancellationToken ct)
    {
        var source = waiting.GetOrAdd(order.Value, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            var end = clock.GetTimestamp() + (long)(atMost.TotalSeconds * clock.TimestampFrequency);
            var pause = TimeSpan.FromMilliseconds(bus.IsConnected ? 400 : 30);
            var (last, told) = ((OrderView?)null, false);
            if (early.TryGetValue(order.Value, out var known)) source.TrySetResult(known);
            while (true)
            {
                if (source.Task.IsCompletedSuccessfully)
                {
                    (last, told) = (Parse(await source.Task) ?? last, true);
                    // An unknown order may still be settled in time: listen on.
                    if (last is { Status: OrderRow.Unknown }) waiting[order.Value] = source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                var mayFillNow = !told && last is { Status: OrderRow.Working, Type: "MARKET" };
                if (last is { Status: not (OrderRow.Pending or OrderRow.Unknown) } && !mayFillNow) return last;
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

    // Who has waited hears of the failure now: nobody else need tell it (trading.take_untold).
    private async Task<OrderView> ToldAsync(OrderId order, OrderView view)
    {
        if (view is not ({ Status: OrderRow.Rejected } or { Status: OrderRow.Canceled, RejectCode: not null })) return view;
        try
        {
            await using var command = database.System.CreateCommand(
                "update trading.orders set told = true where (id = $1 or parent_id = $1) and not told");
            command.Parameters.AddWithValue(order.Value);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It is told twice then, which is better than never.
        }
        return view;
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
