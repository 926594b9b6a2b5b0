namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Why there is no permit now.</summary>
/// <param name="Wait">How long until the next may be free.</param>
/// <param name="ByBroker">The broker has asked for a pause; else our own limit is used up.</param>
internal readonly record struct NoPermit(TimeSpan Wait, bool ByBroker);

/// <summary>At most so many permits in any stretch of so much time. A part may be held back for those who must always get through.</summary>
internal sealed class RollingWindow(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly Queue<long> taken = new();
    private int permits = int.MaxValue;
    private TimeSpan per;
    private long pausedUntil;

    public void Set(int newPermits, TimeSpan newPer)
    {
        lock (gate) (permits, per) = (Math.Max(1, newPermits), newPer);
    }

    /// <summary>Nobody gets a permit before the pause is over: the broker has said so.</summary>
    public void Pause(TimeSpan time)
    {
        lock (gate) pausedUntil = Math.Max(pausedUntil, clock.GetTimestamp() + Ticks(time));
    }

    /// <summary>Takes a permit, waiting for one at most <paramref name="patience"/> and until <paramref name="ct"/> ends.</summary>
    /// <param name="withReserve">True for those who may use the fifth that is held back.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="ct">Ends the wait. That is an answer and no exception: whoever waits here has sent nothing.</param>
    /// <returns>Null when a permit was taken, else why not; nothing is taken then.</returns>
    public async ValueTask<NoPermit?> TakeAsync(bool withReserve, TimeSpan patience, CancellationToken ct)
    {
        var deadline = clock.GetTimestamp() + Ticks(patience);
        while (true)
        {
            if (TryTake(withReserve) is not { } refused) return null;
            if (clock.GetTimestamp() + Ticks(refused.Wait) > deadline) return refused;
            await Task.Delay(refused.Wait, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested) return refused;
        }
    }

    private NoPermit? TryTake(bool withReserve)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (now < pausedUntil) return new NoPermit(Time(pausedUntil - now), ByBroker: true);
            if (permits == int.MaxValue) return null;
            var window = Ticks(per);
            while (taken.TryPeek(out var oldest) && now - oldest >= window) taken.Dequeue();
            var limit = withReserve ? permits : permits - Reserve(permits);
            if (taken.Count < limit)
            {
                taken.Enqueue(now);
                return null;
            }
            var left = Time(taken.ElementAt(taken.Count - limit) + window - now);
            return new NoPermit(left > Shortest ? left : Shortest, ByBroker: false);
        }
    }

    internal static int Reserve(int permits) => permits < 2 ? 0 : Math.Max(1, permits / 5);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / clock.TimestampFrequency);
}
