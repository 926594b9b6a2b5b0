using System.Diagnostics;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>
/// What others on the machine use while something is measured. It looks twice a second, because what a process has used goes with it.
/// </summary>
internal sealed class Others : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource end = new();
    private readonly Func<IEnumerable<Child>> parts;
    private readonly Dictionary<Child, (double First, double Last)> used = [];
    private readonly (double Busy, double Own) before = (Machine.BusySeconds(), Environment.CpuUsage.TotalTime.TotalSeconds);
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Task looking;

    public Others(Func<IEnumerable<Child>> parts)
    {
        this.parts = parts;
        Look();
        looking = LookAsync();
    }

    public double Cores
    {
        get
        {
            Look();
            var own = Environment.CpuUsage.TotalTime.TotalSeconds - before.Own;
            lock (used)
                return Math.Max(0, (Machine.BusySeconds() - before.Busy - own - used.Values.Sum(one => one.Last - one.First))
                    / watch.Elapsed.TotalSeconds);
        }
    }

    private async Task LookAsync()
    {
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(Every, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Look();
        }
    }

    private void Look()
    {
        lock (used)
            foreach (var part in parts())
            {
                var now = part.Cpu;
                used[part] = used.TryGetValue(part, out var known) ? (known.First, now) : (now, now);
            }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await looking;
        end.Dispose();
    }
}
