namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// What all streams of one user may read in a minute, whatever their hub does: 60 calls of the 80 that the manifest has for reads. The
/// look-ups of orders must not wait for a stream; what an exit reads has limits of its own. Checks and looks are counted apart: one kind
/// that fails and is tried again must not use up the other's.
/// </summary>
internal sealed class StreamAllowance
{
    /// <summary>The calls of one look.</summary>
    public const int LookCost = 4;

    private const int Checks = 32;
    private const int Looks = 7;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> looks = new();
    private readonly Queue<DateTimeOffset> checks = new();

    public bool TryTakeLook(DateTimeOffset now) => TryTake(looks, Looks, now);

    public bool TryTakeCheck(DateTimeOffset now) => TryTake(checks, Checks, now);

    private bool TryTake(Queue<DateTimeOffset> taken, int most, DateTimeOffset now)
    {
        lock (gate)
        {
            while (taken.TryPeek(out var oldest) && now - oldest >= Minute) taken.Dequeue();
            if (taken.Count >= most) return false;
            taken.Enqueue(now);
            return true;
        }
    }
}
