using Microsoft.Extensions.Time.Testing;

namespace TradeFlow.Tests.Shared;

/// <summary>A clock that a test moves by hand, and that says which timers wait: a test moves it when somebody waits, not before.</summary>
internal sealed class HandClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Lock gate = new();
    private readonly List<Waiter> waiters = [];

    /// <summary>Timers that have not rung.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiters.Count;
        }
    }

    /// <summary>True when some timer rings in exactly this time.</summary>
    public bool Rings(TimeSpan after)
    {
        var then = GetUtcNow() + after;
        lock (gate) return waiters.Exists(waiter => waiter.Due == then);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || period != Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);
        var waiter = new Waiter(this, GetUtcNow() + dueTime);
        waiter.Timer = base.CreateTimer(
            given =>
            {
                Forget(waiter);
                callback(given);
            },
            state, dueTime, period);
        // It waits once it is set: whoever saw it before would move the clock past it, and it would be set for a later time.
        lock (gate)
            if (!waiter.IsOver) waiters.Add(waiter);
        return waiter;
    }

    private void Forget(Waiter waiter)
    {
        lock (gate)
        {
            waiter.IsOver = true;
            waiters.Remove(waiter);
        }
    }

    private sealed class Waiter(HandClock clock, DateTimeOffset due) : ITimer
    {
        public DateTimeOffset Due => due;

        public ITimer? Timer { get; set; }

        /// <summary>It has rung, or nobody waits for it any more.</summary>
        public bool IsOver { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("A timer that rings once is not set again.");

        public void Dispose()
        {
            clock.Forget(this);
            Timer?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
