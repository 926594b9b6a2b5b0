namespace TradeFlow.Platform.Tests.Support;

/// <summary>A clock that goes as the real one does, some time away from it.</summary>
internal sealed class ShiftedClock(TimeSpan by = default) : TimeProvider
{
    private long ahead = by.Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

    public void Move(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    public void MoveTo(DateTimeOffset at) => Interlocked.Exchange(ref ahead, (at - base.GetUtcNow()).Ticks);
}
