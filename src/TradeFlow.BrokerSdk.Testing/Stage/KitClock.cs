namespace TradeFlow.BrokerSdk.Testing;

/// <summary>
/// A clock that runs with the world's and can be put forward: what waits for a later time then goes at once. Before a real broker it stays
/// with the world's.
/// </summary>
internal sealed class KitClock(bool isReal = false) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly HashSet<KitTimer> timers = [];
    private TimeSpan ahead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return System.GetUtcNow() + ahead;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new KitTimer(this, callback, state, dueTime, period);

    public void Advance(TimeSpan by)
    {
        if (isReal) return;
        KitTimer[] waiting;
        lock (gate)
        {
            ahead += by;
            waiting = [.. timers];
        }
        foreach (var timer in waiting) timer.Hurry();
    }

    private sealed class KitTimer : ITimer
    {
        private readonly KitClock clock;
        private readonly TimeSpan period;
        private readonly Lock gate = new();
        private readonly ITimer real;
        private DateTimeOffset due;

        public KitTimer(KitClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (this.clock, this.period) = (clock, period);
            due = DueIn(dueTime);
            // Whole before anybody can hurry it, and hurried before it can fire.
            real = System.CreateTimer(_ => Fire(callback, state), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            lock (clock.gate) clock.timers.Add(this);
            Hurry();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (gate) due = DueIn(dueTime);
            return real.Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public void Hurry()
        {
            lock (gate)
            {
                if (due == DateTimeOffset.MaxValue) return;
                var left = due - clock.GetUtcNow();
                real.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
            real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private DateTimeOffset DueIn(TimeSpan time) =>
            time == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.GetUtcNow() + time;

        private void Fire(TimerCallback callback, object? state)
        {
            var repeats = period > TimeSpan.Zero;
            lock (gate) due = repeats ? DueIn(period) : DateTimeOffset.MaxValue;
            if (repeats) real.Change(period, Timeout.InfiniteTimeSpan);
            callback(state);
        }
    }
}
