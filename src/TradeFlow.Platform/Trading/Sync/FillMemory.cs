using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>Which fills of one account PostgreSQL has, as they were told. Reading and stream bring the same ones side by side.</summary>
internal sealed class FillMemory
{
    private const int Remembered = 10_000;
    private readonly HashSet<FillReport> stored = [];
    private readonly Queue<FillReport> order = new();

    /// <summary>Those that say something new. Each is told again until <see cref="Stored"/>.</summary>
    public List<FillReport> NewsOf(IEnumerable<FillReport> told) => [.. told.Where(fill => !stored.Contains(fill)).Distinct()];

    /// <summary>To be called after the commit.</summary>
    public void Stored(IEnumerable<FillReport> fills)
    {
        foreach (var fill in fills)
            if (stored.Add(fill)) order.Enqueue(fill);
        while (order.Count > Remembered) stored.Remove(order.Dequeue());
    }
}
