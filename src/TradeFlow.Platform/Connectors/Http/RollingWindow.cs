namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Why there is no permit now.</summary>
/// <param name="Wait">How long until the next may be free.</param>
/// <param name="ByBroker">The broker has asked for a pause; else our own limit is used up.</param>
internal readonly record struct NoPermit(TimeSpan Wait, bool ByBroker);

/// <summary>At most so many permits in any stretch of so much time. A part may be held back for those who must always get
/// through.</summary>
internal sealed class RollingWindow(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    // How soon to look again when what is in the way may be given back: a question to the other Workers takes no longer.
    private static readonly TimeSpan UntilGivenBack = TimeSpan.FromMilliseconds(10);

    private static long made;
    private readonly long number = Interlocked.Increment(ref made);
    private readonly Lock gate = new();
    private readonly Queue<long> taken = new();
    private int held;
    private int permits = int.MaxValue;
    private TimeSpan per;
    private long pausedUntil;

    public void Set(int newPermits, TimeSpan newPer)
    {
        lock (gate) (permits, per) = (Math.Max(0, newPermits), newPer);
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
        var begun = clock.GetTimestamp();
        while (true)
        {
            if (TryTakeAll(windows) is not { } refused) return null;
            if (clock.GetElapsedTime(begun) + refused.Refused.Wait > patience) return refused;
            await Task.Delay(refused.Refused.Wait, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested) return refused;
        }
    }

    /// <summary>Takes a permit of each window, or of none, without waiting.</summary>
    /// <returns>Null when all were taken, else the place of the window that is free last, and why it is not.</returns>
    public static (int At, NoPermit Refused)? TryTakeAll(IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows) =>
        TryTakeAll(windows, held: null);

    /// <summary>The same; what is taken is held until <see cref="Hold.Keep"/> or <see cref="Hold.GiveBack"/>.</summary>
    public static (int At, NoPermit Refused)? TryHoldAll(IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows, out Hold hold)
    {
        hold = new Hold(windows, new long[windows.Count]);
        return TryTakeAll(windows, hold.Stamps);
    }

    /// <summary>Permits that may be given back.</summary>
    internal readonly record struct Hold(IReadOnlyList<(RollingWindow Window, bool WithReserve)> Windows, long[] Stamps)
    {
        public void Keep()
        {
            foreach (var (window, _) in Windows)
                lock (window.gate) window.held--;
        }

        public void GiveBack()
        {
            for (var at = 0; at < Windows.Count; at++) Windows[at].Window.GiveBack(Stamps[at]);
        }
    }

    /// <summary>Why there is none now; nothing is taken.</summary>
    public NoPermit? Look(bool withReserve)
    {
        lock (gate) return Looked(withReserve);
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

    private static (int At, NoPermit Refused)? TryTakeAll(IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows, long[]? held)
    {
        // Always locked in the same order: sessions share windows, each with others.
        var order = Enumerable.Range(0, windows.Count).OrderBy(at => windows[at].Window.number).ToArray();
        return TryTakeAll(windows, order, 0, held);
    }

    private static (int At, NoPermit Refused)? TryTakeAll(
        IReadOnlyList<(RollingWindow Window, bool WithReserve)> windows, int[] order, int locked, long[]? held)
    {
        if (locked < order.Length)
        {
            lock (windows[order[locked]].Window.gate) return TryTakeAll(windows, order, locked + 1, held);
        }
        (int At, NoPermit Refused)? last = null;
        foreach (var at in order)
        {
            var (window, withReserve) = windows[at];
            if (window.Looked(withReserve) is { } refused && refused.Wait > (last?.Refused.Wait ?? TimeSpan.Zero)) last = (at, refused);
        }
        if (last is not null) return last;
        foreach (var at in order)
        {
            var window = windows[at].Window;
            var stamp = window.Take();
            if (held is null) continue;
            held[at] = stamp;
            window.held++;
        }
        return null;
    }

    // Under the gate.
    private NoPermit? Looked(bool withReserve)
    {
        var now = clock.GetTimestamp();
        if (now < pausedUntil) return new NoPermit(Time(pausedUntil - now), ByBroker: true);
        if (permits == int.MaxValue) return null;
        Forget(now);
        var limit = withReserve ? permits : permits - Reserve(permits);
        if (taken.Count < limit) return null;
        var wait = limit == 0 ? per : Time(taken.ElementAt(taken.Count - limit) + Ticks(per) - now);
        if (held > 0 && wait > UntilGivenBack) wait = UntilGivenBack;
        return new NoPermit(wait > Shortest ? wait : Shortest, ByBroker: false);
    }

    // Under the gate.
    private long Take()
    {
        var now = clock.GetTimestamp();
        if (permits != int.MaxValue) taken.Enqueue(now);
        return now;
    }

    private void GiveBack(long stamp)
    {
        lock (gate)
        {
            held--;
            var found = false;
            for (var left = taken.Count; left > 0; left--)
            {
                var one = taken.Dequeue();
                if (one == stamp && !found) found = true;
                else taken.Enqueue(one);
            }
        }
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
