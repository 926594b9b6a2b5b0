namespace TradeFlow.Platform.Connectors.Http;

/// <summary>At most so many permits in any stretch of so much time. A part may be held back for those who must always get through.</summary>
internal sealed class RollingWindow(TimeProvider clock)
{
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

    /// <summary>Takes a permit, waiting for one at most <paramref name="patience"/>.</summary>
    /// <param name="withReserve">True for cancels and closes, which may use the fifth that is kept for them.</param>
    /// <returns>False when none was free in time; nothing is taken then.</returns>
    public async ValueTask<bool> TakeAsync(bool withReserve, TimeSpan patience, CancellationToken ct)
    {
        var deadline = clock.GetTimestamp() + Ticks(patience);
        while (true)
        {
            var wait = TryTake(withReserve);
            if (wait == TimeSpan.Zero) return true;
            if (clock.GetTimestamp() + Ticks(wait) > deadline) return false;
            await Task.Delay(wait, clock, ct);
        }
    }

    // Zero when a permit was taken, else how long until the next one may be free.
    private TimeSpan TryTake(bool withReserve)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (now < pausedUntil) return Time(pausedUntil - now);
            if (permits == int.MaxValue) return TimeSpan.Zero;
            var window = Ticks(per);
            while (taken.TryPeek(out var oldest) && now - oldest >= window) taken.Dequeue();
            var limit = withReserve ? permits : permits - Reserve(permits);
            if (taken.Count < limit)
            {
                taken.Enqueue(now);
                return TimeSpan.Zero;
            }
            var freesAt = taken.ElementAt(taken.Count - limit) + window;
            var left = Time(freesAt - now);
            return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }
    }

    internal static int Reserve(int permits) => permits < 2 ? 0 : Math.Max(1, permits / 5);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / clock.TimestampFrequency);
}
