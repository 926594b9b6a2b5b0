namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// What all streams of one user may read in a minute, whatever their hub does. It is less than half of what the manifest has for reads: the look-ups of
/// orders and the looks before and after a close must never wait for a stream.
/// </summary>
internal sealed class StreamAllowance
{
    private const int PerMinute = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> taken = new();

    /// <param name="reads">How many.</param>
    /// <param name="leaving">How many must be left after them.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when nothing was taken.</returns>
    public bool TryTake(int reads, int leaving, DateTimeOffset now)
    {
        lock (gate)
        {
            while (taken.TryPeek(out var oldest) && now - oldest >= Minute) taken.Dequeue();
            if (taken.Count + reads + leaving > PerMinute) return false;
            for (var read = 0; read < reads; read++) taken.Enqueue(now);
            return true;
        }
    }
}
