namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>A clock that goes on when it is told to.</summary>
internal sealed class MovedClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 11, 20, 15, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Move(TimeSpan time) => now += time;
}
