using System.Collections.Concurrent;
using TradeFlow.Benchmarks.Load;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>Signals that go on while something happens, each with what the sender was told.</summary>
internal sealed class Traffic
{
    private readonly ConcurrentQueue<Sent> heard = new();
    private readonly CancellationTokenSource end = new();
    private readonly Task<Measured> running;

    private Traffic(Uri api, Target[] targets, int rate, double seconds, Func<Target, long, string>? intent)
    {
        var loops = new Loops(api, targets, heard.Enqueue, intent);
        running = Task.Run(() => loops.OpenAsync(rate, seconds, end.Token));
    }

    public static Traffic Begin(Uri api, Target[] targets, int rate, double seconds, Func<Target, long, string>? intent = null) =>
        new(api, targets, rate, seconds, intent);

    public async Task<IReadOnlyList<Sent>> EndAsync(bool now = false)
    {
        if (now) await end.CancelAsync();
        await running;
        end.Dispose();
        return [.. heard];
    }
}
