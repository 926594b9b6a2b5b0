namespace TradeFlow.Platform.Tests.Support;

/// <summary>The time of now, and what a test has put on top of it.</summary>
public sealed class MovedClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public void Move(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);
}
