using System.Diagnostics;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>How long ticks took to their frames, to the millisecond, over all sockets.</summary>
internal sealed class Latencies
{
    private readonly long[] counts = new long[20_001];

    /// <summary>Microseconds, as a tick carries them.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e6 / Stopwatch.Frequency));

    public long Count => counts.Sum();

    public void Add(long stamp) => Interlocked.Increment(ref counts[Math.Clamp((Now - stamp) / 1000, 0, counts.Length - 1)]);

    public void Clear() => Array.Clear(counts);

    /// <returns>Milliseconds, at most one too many.</returns>
    public int Of(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var at = 0; at < counts.Length; at++)
            if ((left -= counts[at]) <= 0) return at + 1;
        return counts.Length;
    }
}
