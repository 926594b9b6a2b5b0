using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// What becomes of the orders of this Worker's lanes, for those in it who wait. Nothing depends on it: whoever misses something reads the
/// row.
/// </summary>
internal sealed class OrderNews
{
    private const int Remembered = 2048;
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<TaskCompletionSource<Item>>> waiting = [];
    // An order may be settled before anybody waits for it.
    private readonly Dictionary<Guid, Item> recent = [];
    private readonly Queue<Guid> order = new();
    private readonly CancellationToken ending;

    private sealed record Item(string Status, string Json);

    /// <param name="host">Nobody waits in a Worker that has been asked to end: its lanes go elsewhere.</param>
    public OrderNews(IHostApplicationLifetime? host = null) => ending = host?.ApplicationStopping ?? CancellationToken.None;

    /// <summary>Called with each answer; quick, since the lane waits for it.</summary>
    public event Action<OrderView>? Told;

    /// <param name="json">The order as it is written for others.</param>
    public void Tell(OrderView view, string json)
    {
        var item = new Item(view.Status, json);
        lock (gate)
        {
            recent[view.Id] = item;
            order.Enqueue(view.Id);
            while (order.Count > Remembered) recent.Remove(order.Dequeue());
            if (waiting.Remove(view.Id, out var sources))
                foreach (var source in sources) source.TrySetResult(item);
        }
        Told?.Invoke(view);
    }

    /// <summary>The answer to an order as JSON, once it has one. One of unknown outcome is waited for as long as there is time.</summary>
    /// <returns><c>null</c> when nothing was told in time.</returns>
    public async Task<string?> WaitAsync(Guid id, TimeSpan atMost, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, ending);
        end.CancelAfter(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero);
        Item? last = null;
        while (last is null or { Status: OrderRow.Unknown })
        {
            var source = Listen(id, last);
            try
            {
                last = await source.Task.WaitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                Leave(id, source);
                break;
            }
        }
        return last?.Json;
    }

    private TaskCompletionSource<Item> Listen(Guid id, Item? heard)
    {
        var source = new TaskCompletionSource<Item>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (recent.TryGetValue(id, out var known) && known != heard) source.SetResult(known);
            else if (waiting.TryGetValue(id, out var others)) others.Add(source);
            else waiting[id] = [source];
        }
        return source;
    }

    private void Leave(Guid id, TaskCompletionSource<Item> source)
    {
        lock (gate)
            if (waiting.TryGetValue(id, out var others) && others.Remove(source) && others.Count == 0) waiting.Remove(id);
    }
}
