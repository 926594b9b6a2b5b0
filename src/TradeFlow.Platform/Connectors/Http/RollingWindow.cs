namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Why there is no permit now.</summary>
/// <param name="Wait">How long until the next may be free.</param>
/// <param name="ByBroker">The broker has asked for a pause; else our own limit is used up.</param>
internal readonly record struct NoPermit(TimeSpan Wait, bool ByBroker);

/// <summary>At most so many permits in any stretch of so much time. A part may be held back for those who must always get through.</summary>
internal sealed class RollingWindow(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private static long made;
    private readonly long number = Interlocked.Increment(ref made);
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
    public async ValueTask<NoPermit?> TakeAsync(bool withReserve, TimeSpan patience, CancellationToken ct) =>
        (await TakeAllAsync([(this, withReserve)], patience, clock, ct))?.Refused;

    /// <summary>Takes a permit of each window, or of none: what one of them refuses is not spent in the others.</summary>
    /// <returns>Null when all were taken, else the place of the window that is free last, and why it is not.</returns>
    public static async ValueTask<(int At, NoPermit Refused)?> TakeAllAsync(
        IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows, TimeSpan patience, TimeProvider clock, CancellationToken ct)
    {
        // Always locked in the same order: sessions share windows, each with others.
        var order = Enumerable.Range(0, windows.Count).OrderBy(at => windows[at].Window.number).ToArray();
        var begun = clock.GetTimestamp();
        while (true)
        {
            if (TryTakeAll(windows, order, 0) is not { } refused) return null;
            if (clock.GetElapsedTime(begun) + refused.Refused.Wait > patience) return refused;
            await Task.Delay(refused.Refused.Wait, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested) return refused;
        }
    }

    /// <summary>True when nothing counts in it any more: a new one would be the same.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                var now = clock.GetTimestamp();
                Forget(now);
                return taken.Count == 0 && now >= pausedUntil;
            }
        }
    }

    private static (int At, NoPermit Refused)? TryTakeAll(
        IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows, int[] order, int locked)
    {
        if (locked < order.Length)
        {
            lock (windows[order[locked]].Window.gate) return TryTakeAll(windows, order, locked + 1);
        }
        (int At, NoPermit Refused)? last = null;
        foreach (var at in order)
        {
            var (window, withReserve) = windows[at];
            if (window.Look(withReserve) is { } refused && refused.Wait > (last?.Refused.Wait ?? TimeSpan.Zero)) last = (at, refused);
        }
        if (last is null)
            foreach (var (window, _) in windows) window.Take();
        return last;
    }

    // Under the gate.
    private NoPermit? Look(bool withReserve)
    {
        var now = clock.GetTimestamp();
        if (now < pausedUntil) return new NoPermit(Time(pausedUntil - now), ByBroker: true);
        if (permits == int.MaxValue) return null;
        Forget(now);
        var limit = withReserve ? permits : permits - Reserve(permits);
        if (taken.Count < limit) return null;
        var wait = Time(taken.ElementAt(taken.Count - limit) + Ticks(per) - now);
        return new NoPermit(wait > Shortest ? wait : Shortest, ByBroker: false);
    }

    private void Take()
    {
        if (permits != int.MaxValue) taken.Enqueue(clock.GetTimestamp());
    }

    private void Forget(long now)
    {
        var window = Ticks(per);
        while (taken.TryPeek(out var oldest) && now - oldest >= window) taken.Dequeue();
    }

    internal static int Reserve(int permits) => permits < 2 ? 0 : Math.Max(1, permits / 5);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / clock.TimestampFrequency);
}
