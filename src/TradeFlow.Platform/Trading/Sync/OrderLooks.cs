namespace TradeFlow.Platform.Trading.Sync;

/// <summary>When each working order of one account that the broker does not list is asked for next: ever more seldom.</summary>
internal sealed class OrderLooks
{
    private readonly Dictionary<Guid, (DateTimeOffset Next, int Count)> looks = [];

    /// <summary>Forgets orders that do not work any more.</summary>
    public void Keep(IReadOnlySet<Guid> working)
    {
        foreach (var order in looks.Keys)
            if (!working.Contains(order)) looks.Remove(order);
    }

    /// <returns>False when the look at the order is not due yet; else the next one is set.</returns>
    public bool IsDue(Guid order, DateTimeOffset now)
    {
        var (next, count) = looks.GetValueOrDefault(order);
        if (now < next) return false;
        looks[order] = (now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, count) / 2, 30)), count + 1);
        return true;
    }
}
