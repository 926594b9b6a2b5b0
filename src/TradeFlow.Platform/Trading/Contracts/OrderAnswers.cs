using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// Waits for what becomes of an order. Its lane is called, and tells it; the row is read as well, now and then, for a lane that does not
/// answer.
/// </summary>
internal sealed class OrderAnswers(Database database, LaneCalls lanes, TimeProvider clock)
{
    /// <summary>How long an alert waits for its outcome before it is answered as pending.</summary>
    public static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(2);

    /// <summary>How long a person does who has pressed a button.</summary>
    public static readonly TimeSpan PersonPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstReading = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(250);

    /// <summary>A lane that was called about an order.</summary>
    /// <param name="End">When its answer is waited for no longer, by the clock's ticks.</param>
    internal sealed record Submission(OrderId Order, long End, Task<Told<OrderView?>> Lane);

    /// <summary>
    /// Calls the lane about an order that has been recorded. The one message of the way there, whether or not anybody waits then.
    /// </summary>
    public Submission Submit(AccountId account, OrderId order, TimeSpan atMost)
    {
        var end = clock.GetTimestamp() + (long)(atMost.TotalSeconds * clock.TimestampFrequency);
        return new Submission(order, end, lanes.SubmitAsync(account, order, atMost));
    }

    /// <summary>
    /// The order as soon as it has left PENDING; an unknown one is waited for as long as there is time, and so is a market order that
    /// works, until its lane says that it looks no longer for the fill.
    /// </summary>
    /// <returns><c>null</c> when it is still pending at the end.</returns>
    public async Task<OrderView?> WaitAsync(Submission submission, CancellationToken ct) =>
        await WatchAsync(submission, ct) is { } view ? await ToldAsync(submission.Order, view) : null;

    /// <summary>Calls the lane, and waits.</summary>
    public Task<OrderView?> WaitAsync(AccountId account, OrderId order, TimeSpan atMost, CancellationToken ct) =>
        WaitAsync(Submit(account, order, atMost), ct);

    /// <summary>The same for who tells nobody: a failure is told by a notification then.</summary>
    public async Task<OrderView?> WatchAsync(Submission submission, CancellationToken ct)
    {
        OrderView? last = null;
        var (lane, pause) = ((Task<Told<OrderView?>>?)submission.Lane, FirstReading);
        while (true)
        {
            if (lane is { IsCompleted: true })
            {
                var told = (await lane).Value;
                if (told is { Status: not OrderRow.Unknown }) return told;
                // Nobody tells more: what becomes of it stands in its row.
                (lane, last) = (null, told ?? last);
            }
            var left = clock.GetElapsedTime(clock.GetTimestamp(), submission.End);
            if (left <= TimeSpan.Zero) return last;
            await PauseAsync(lane, left < pause ? left : pause, ct);
            if (lane is { IsCompleted: true }) continue;
            pause = BetweenReadings;
            if (await ReadAsync(submission.Order, ct) is not { Status: not OrderRow.Pending } now) continue;
            last = now;
            if (now is not ({ Status: OrderRow.Unknown } or { Status: OrderRow.Working, Type: "MARKET" })) return now;
        }
    }

    /// <summary>The order with its legs, as PostgreSQL has it now. For callers that know the order to be their tenant's.</summary>
    public async Task<OrderView?> ReadAsync(OrderId order, CancellationToken ct)
    {
        try
        {
            await using var command = database.System.CreateCommand(
                $"select {OrderRow.Columns} from trading.orders o where o.id = $1 or o.parent_id = $1 order by o.parent_id nulls first, o.seq");
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

    // Until the lane has answered, or for so long.
    private async Task PauseAsync(Task? lane, TimeSpan atMost, CancellationToken ct)
    {
        if (lane is null) await Task.Delay(atMost, clock, ct);
        else await lane.WaitAsync(atMost, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
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
}
