namespace TradeFlow.Platform.Trading.Sync;

/// <summary>When each working order of one account that the broker does not list is asked for next: ever more seldom.</summary>
internal sealed class OrderLooks
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, (DateTimeOffset Next, int Count)> looks = [];

    /// <summary>Forgets orders that do not work any more.</summary>
    public void Keep(IReadOnlySet<Guid> working)
    {
        lock (gate)
            foreach (var gone in looks.Keys.Where(order => !working.Contains(order)).ToList()) looks.Remove(gone);
    }

    /// <returns>False when the look at the order is not due yet; else the next one is set.</returns>
    public bool IsDue(Guid order, DateTimeOffset now)
    {
        lock (gate)
        {
            var (next, count) = looks.GetValueOrDefault(order);
            if (now < next) return false;
            looks[order] = (now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, count) / 2, 30)), count + 1);
            return true;
        }
    }
}
