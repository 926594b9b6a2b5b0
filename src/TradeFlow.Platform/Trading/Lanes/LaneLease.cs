using System.Diagnostics;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// This worker's knowledge of its lease of one lane, on the monotonic clock: a process that was stopped and comes back finds it ended, whatever the
/// wall clock says.
/// </summary>
internal sealed class LaneLease
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    // PostgreSQL counts from when it got the renewal, we from before it was sent; this covers a send that is just being made.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);
    private long heldUntil;

    /// <param name="asked">A <see cref="Stopwatch"/> timestamp from before the renewal was sent.</param>
    public void Renewed(long asked) => Volatile.Write(ref heldUntil, asked + (long)((Length - Margin).TotalSeconds * Stopwatch.Frequency));

    public void Lost() => Volatile.Write(ref heldUntil, 0);

    public bool IsHeld => Stopwatch.GetTimestamp() < Volatile.Read(ref heldUntil);
}
