namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// The market orders that this session has sent, by the broker's id: with their quantity, fills tell when one is complete.
/// </summary>
internal sealed class Placed
{
    private const int Most = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, decimal> quantities = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    public void Add(string brokerOrderId, decimal quantity)
    {
        lock (gate)
        {
            if (!quantities.TryAdd(brokerOrderId, quantity)) return;
            order.Enqueue(brokerOrderId);
            if (order.Count > Most) quantities.Remove(order.Dequeue());
        }
    }

    public decimal? QuantityOf(string? brokerOrderId)
    {
        lock (gate) return brokerOrderId is not null && quantities.TryGetValue(brokerOrderId, out var quantity) ? quantity : null;
    }
}
