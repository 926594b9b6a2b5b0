using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// How many signals a key may send: <c>RateLimits:Webhook:PerSecond</c> (30) with <c>RateLimits:Webhook:Burst</c> (60). Each replica counts for itself, so that a
/// limit never needs Redis.
/// </summary>
internal sealed class KeyRates
{
    private const int MostBuckets = 50_000;
    private readonly ConcurrentDictionary<Guid, Bucket> buckets = new();
    private readonly TimeProvider clock;
    private readonly double perTick;
    private readonly double burst;
    // Beside the dictionary, whose own count takes all its locks.
    private int count;
    private long sweptAt;

    public KeyRates(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        var perSecond = Setting(configuration, "RateLimits:Webhook:PerSecond", 30);
        burst = Setting(configuration, "RateLimits:Webhook:Burst", 60);
        perTick = perSecond / clock.TimestampFrequency;
    }

    /// <summary>How many keys are remembered.</summary>
    public int Known => Volatile.Read(ref count);

    /// <returns><c>null</c> to go on, or the seconds to wait.</returns>
    public int? Take(AccountId account) => Take(account.Value);

    /// <summary>The same for the key of a strategy.</summary>
    public int? Take(StrategyId strategy) => Take(strategy.Value);

    private int? Take(Guid owner)
    {
        var now = clock.GetTimestamp();
        var bucket = buckets.TryGetValue(owner, out var known) ? known : Add(owner, now);
        lock (bucket)
        {
            bucket.Tokens = Math.Min(burst, bucket.Tokens + ((now - bucket.At) * perTick));
            bucket.At = now;
            if (bucket.Tokens >= 1)
            {
                bucket.Tokens -= 1;
                return null;
            }
            return Math.Max(1, (int)Math.Ceiling((1 - bucket.Tokens) / (perTick * clock.TimestampFrequency)));
        }
    }

    private Bucket Add(Guid owner, long now)
    {
        if (Volatile.Read(ref count) >= MostBuckets) Sweep(now);
        var made = new Bucket(burst, now);
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
            lock (bucket) isFull = bucket.Tokens + ((now - bucket.At) * perTick) >= burst;
            if (isFull && buckets.TryRemove(owner, out _)) Interlocked.Decrement(ref count);
        }
    }

    private static double Setting(IConfiguration configuration, string path, double standard)
    {
        var value = configuration.GetValue(path, standard);
        return value > 0 ? value : throw new InvalidOperationException($"{path} must be a number above 0.");
    }

    private sealed class Bucket(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;
        public long At { get; set; } = at;
    }
}
