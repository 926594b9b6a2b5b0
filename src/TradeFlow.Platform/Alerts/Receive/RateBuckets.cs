using System.Collections.Concurrent;

namespace TradeFlow.Platform.Alerts.Receive;

/// <param name="PerSecond">Above 0.</param>
/// <param name="Burst">As many at once; at least 1.</param>
internal readonly record struct SignalRate(double PerSecond, double Burst);

/// <summary>Token buckets by their owner, in this process.</summary>
internal sealed class RateBuckets(TimeProvider clock)
{
    private const int MostBuckets = 50_000;
    private readonly ConcurrentDictionary<Guid, Bucket> buckets = new();
    // Beside the dictionary, whose own count takes all its locks.
    private int count;
    private long sweptAt;

    /// <summary>How many owners are remembered.</summary>
    public int Known => Volatile.Read(ref count);

    /// <param name="rate">The owner's rate now; it may have changed since the last time.</param>
    /// <returns><c>null</c> when one was taken, or the seconds to wait.</returns>
    public int? Take(Guid owner, SignalRate rate)
    {
        var now = clock.GetTimestamp();
        var bucket = buckets.TryGetValue(owner, out var known) ? known : Add(owner, rate, now);
        lock (bucket)
        {
            bucket.Rate = rate;
            bucket.Tokens = TokensAt(bucket, now);
            bucket.At = now;
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens -= 1;
                return null;
            }
            return Math.Max(1, (int)Math.Ceiling((1 - bucket.Tokens) / rate.PerSecond));
        }
    }

    private double TokensAt(Bucket bucket, long now) =>
        Math.Min(bucket.Rate.Burst, bucket.Tokens + ((now - bucket.At) * bucket.Rate.PerSecond / clock.TimestampFrequency));

    private Bucket Add(Guid owner, SignalRate rate, long now)
    {
        if (Volatile.Read(ref count) >= MostBuckets) Sweep(now);
        var made = new Bucket { Rate = rate, Tokens = rate.Burst, At = now };
        var bucket = buckets.GetOrAdd(owner, made);
        if (ReferenceEquals(bucket, made)) Interlocked.Increment(ref count);
        return bucket;
    }

    // A full bucket says nothing that a new one would not. Once a second: while all are in use a look at each of them frees nothing.
    private void Sweep(long now)
    {
        var before = Volatile.Read(ref sweptAt);
        if (before != 0 && now - before < clock.TimestampFrequency) return;
        if (Interlocked.CompareExchange(ref sweptAt, now, before) != before) return;
        foreach (var (owner, bucket) in buckets)
        {
            bool isFull;
            lock (bucket) isFull = TokensAt(bucket, now) >= bucket.Rate.Burst;
            if (isFull && buckets.TryRemove(owner, out _)) Interlocked.Decrement(ref count);
        }
    }

    private sealed class Bucket
    {
        public required SignalRate Rate { get; set; }
        public required double Tokens { get; set; }
        public required long At { get; set; }
    }
}
