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
    private readonly ConcurrentDictionary<AccountId, Bucket> buckets = new();
    private readonly TimeProvider clock;
    private readonly double perTick;
    private readonly double burst;

    public KeyRates(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        var perSecond = Setting(configuration, "RateLimits:Webhook:PerSecond", 30);
        burst = Setting(configuration, "RateLimits:Webhook:Burst", 60);
        perTick = perSecond / clock.TimestampFrequency;
    }

    /// <returns><c>null</c> to go on, or the seconds to wait.</returns>
    public int? Take(AccountId account)
    {
        if (buckets.Count > MostBuckets) Sweep();
        var bucket = buckets.GetOrAdd(account, static (_, rates) => new Bucket(rates.burst, rates.clock.GetTimestamp()), this);
        lock (bucket)
        {
            var now = clock.GetTimestamp();
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

    // A full bucket says nothing that a new one would not.
    private void Sweep()
    {
        var now = clock.GetTimestamp();
        foreach (var (account, bucket) in buckets)
            if (bucket.Tokens + ((now - bucket.At) * perTick) >= burst) buckets.TryRemove(account, out _);
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
