namespace TradeFlow.Tests.Shared.Connectors;

/// <summary>A clock that goes on when it is told to; timers ring when it has passed them.</summary>
internal sealed class DeskClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Bell> bells = [];
    private DateTimeOffset now = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var bell = new Bell(this, () => callback(state));
        bell.Change(dueTime, period);
        return bell;
    }

    public void Move(TimeSpan time)
    {
        List<Bell> due;
        lock (gate)
        {
            now += time;
            due = bells.FindAll(bell => bell.Due <= now);
            foreach (var bell in due) bell.Next();
            bells.RemoveAll(bell => bell.Due == DateTimeOffset.MaxValue);
        }
        foreach (var bell in due) bell.Ring();
    }

    private sealed class Bell(DeskClock clock, Action ring) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public void Ring() => ring();

        public void Next() => Due = period > TimeSpan.Zero ? clock.now + period : DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                this.period = period;
                clock.bells.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : clock.now + dueTime;
                if (Due > clock.now && Due != DateTimeOffset.MaxValue) clock.bells.Add(this);
            }
            // At once is not later.
            if (dueTime == TimeSpan.Zero) ThreadPool.QueueUserWorkItem(_ => ring());
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.bells.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
