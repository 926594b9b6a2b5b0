using System.Diagnostics;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// For how long this worker believes, without asking PostgreSQL, that the epoch of its lane is the newest; on the monotonic clock: a
/// process that was stopped and comes back has to ask first. Whoever begins the next epoch waits as long before anything of the lane runs,
/// so that nothing of two epochs leaves side by side.
/// </summary>
internal sealed class LaneHold
{
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(2.5);
    private static readonly long Ticks = (long)(Believed.TotalSeconds * Stopwatch.Frequency);
    private long until;
    private volatile bool lost;

    /// <param name="asked">A <see cref="Stopwatch"/> timestamp from before the question that PostgreSQL has answered.</param>
    public void Confirmed(long asked)
    {
        var now = asked + Ticks;
        for (var known = Volatile.Read(ref until); known < now;)
        {
            var was = Interlocked.CompareExchange(ref until, now, known);
            if (was == known) return;
            known = was;
        }
    }

    /// <summary>A newer epoch has begun, or this one has ended. It does not come back.</summary>
    public void Lose() => lost = true;

    public bool IsLost => lost;

    public bool IsHeld => !lost && Stopwatch.GetTimestamp() < Volatile.Read(ref until);
}
