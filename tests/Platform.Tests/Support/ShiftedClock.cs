namespace TradeFlow.Platform.Tests.Support;

/// <summary>A clock that goes as the real one does, some time away from it.</summary>
internal sealed class ShiftedClock(TimeSpan by = default) : TimeProvider
{
    private TimeSpan by = by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;

    public void MoveTo(DateTimeOffset at) => by = at - base.GetUtcNow();
}
