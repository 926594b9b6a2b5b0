using System.Collections.Concurrent;
using System.Diagnostics;

namespace TradeFlow.Benchmarks;

internal sealed record Measured(int Answered, int Failed, double PerSecond, double P50, double P99)
{
    public static Measured From(IReadOnlyCollection<double> milliseconds, int failed, TimeSpan took)
    {
        var sorted = milliseconds.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
        return new Measured(sorted.Length, failed, sorted.Length / took.TotalSeconds, At(0.5), At(0.99));
    }

    public override string ToString() => $"{PerSecond,8:0.0}/s  p50 {P50,7:0.00} ms  p99 {P99,8:0.00} ms  answered {Answered}, refused or failed {Failed}";
}

internal static class Load
{
    /// <summary>Sends on a clock, whether or not the answers have come: what waits shows as latency instead of as a lower rate.</summary>
    public static async Task<Measured> OpenLoopAsync(Trader[] traders, int perSecond, TimeSpan duration)
    {
        ConcurrentBag<double> times = [];
        var failed = 0;
        List<Task> running = [];
        var watch = Stopwatch.StartNew();
        for (var number = 0; watch.Elapsed < duration; number++)
        {
            var due = TimeSpan.FromSeconds(number / (double)perSecond);
            if (due > watch.Elapsed) await Task.Delay(due - watch.Elapsed);
            var trader = traders[number % traders.Length];
            running.Add(OneAsync(trader));
        }
        await Task.WhenAll(running);
        return Measured.From(times, failed, watch.Elapsed);

        async Task OneAsync(Trader trader)
        {
            var start = Stopwatch.GetTimestamp();
            if (await trader.SendAsync()) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            else Interlocked.Increment(ref failed);
        }
    }

    public static async Task<Measured> ClosedLoopAsync(Trader[] traders, int connections, TimeSpan duration)
    {
        ConcurrentBag<double> times = [];
        var failed = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            for (var number = connection; watch.Elapsed < duration; number += connections)
            {
                var start = Stopwatch.GetTimestamp();
                if (await traders[number % traders.Length].SendAsync()) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                else Interlocked.Increment(ref failed);
            }
        }));
        return Measured.From(times, failed, watch.Elapsed);
    }
}
