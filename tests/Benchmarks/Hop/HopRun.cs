using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Serialization;
using StackExchange.Redis;
using TradeFlow.Benchmarks.Running;
using TradeFlow.EmbeddedServers;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Benchmarks.Hop;

/// <summary>
/// From a recorded order to its lane and back: a call over the sockets of the cluster, and beside it a wake and an answer by two topics of
/// Redis, as it was before. Both ring the same bell, and the same loop answers with a text of the same length; nothing is recorded or sent.
/// </summary>
internal static class HopRun
{
    private const int Lanes = 1000;
    private const string Wakes = "hop.wake";
    private const string Answers = "hop.answer";
    public const string Usage = "hop [--seconds 10] [--rounds 3] [--rate 200]";

    public static async Task<int> RunAsync(string[] options)
    {
        var (seconds, rounds, rate) = (Option("--seconds", 10), Option("--rounds", 3), Option("--rate", 200));
        await using var servers = await Servers.StartAsync(profile: false);
        await using var there = await ConnectionMultiplexer.ConnectAsync(servers.RedisAddress);
        await using var here = await ConnectionMultiplexer.ConnectAsync(servers.RedisAddress);
        using var silo = await StartAsync(LocalPorts.AnyFree(), LocalPorts.AnyFree());
        var byCall = new ByCall(silo.Services.GetRequiredService<Lines>().Client.GetRequiredService<IClusterClient>());
        await using var byRedis = await ByRedis.StartAsync(there, here);
        Func<Guid, Task>[] ways = [byCall.AskAsync, byRedis.AskAsync];
        var ids = Enumerable.Range(0, Lanes).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var way in ways) await Task.WhenAll(ids.Select(way));

        Console.WriteLine($"{Machine.Words}; {Lanes} lanes, {rounds} rounds of {seconds} s each way, in turn.");
        Console.WriteLine("| loop | call p50 ms | call p99 ms | Redis p50 ms | Redis p99 ms | p50 to Redis | others' cores |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: | --: |");
        foreach (var (name, perSecond) in new[] { ("alone", 0), ($"open {rate}/s", rate) })
        {
            List<double>[] all = [[], []];
            List<double> ratios = [], foreign = [];
            for (var round = 0; round < rounds; round++)
            {
                var medians = new double[2];
                foreach (var (at, way) in ways.Index())
                {
                    var (busy, own, watch) = (Machine.BusySeconds(), Environment.CpuUsage.TotalTime.TotalSeconds, Stopwatch.StartNew());
                    var taken = await MeasureAsync(way, ids, TimeSpan.FromSeconds(seconds), perSecond);
                    foreign.Add(
                        (Machine.BusySeconds() - busy - (Environment.CpuUsage.TotalTime.TotalSeconds - own)) / watch.Elapsed.TotalSeconds);
                    all[at].AddRange(taken);
                    medians[at] = Of(taken, 0.5);
                }
                ratios.Add(medians[0] / medians[1]);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {Of(all[0], 0.5):0.00} | {Of(all[0], 0.99):0.0} | {Of(all[1], 0.5):0.00} | {Of(all[1], 0.99):0.0} | {Of(ratios, 0.5):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00}) | {foreign.Average():0.0} |"));
        }
        await silo.StopAsync();
        return 0;

        int Option(string name, int otherwise) =>
            Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length
                ? int.Parse(options[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    // A rate of none: one after the other.
    private static async Task<List<double>> MeasureAsync(Func<Guid, Task> way, Guid[] ids, TimeSpan within, int perSecond)
    {
        var taken = new ConcurrentQueue<double>();
        var watch = Stopwatch.StartNew();
        List<Task> running = [];
        for (var at = 0; watch.Elapsed < within; at++)
        {
            var one = OneAsync(way, ids[at % ids.Length], taken);
            if (perSecond == 0) await one;
            else
            {
                running.Add(one);
                var due = TimeSpan.FromSeconds((at + 1d) / perSecond) - watch.Elapsed;
                if (due > TimeSpan.Zero) await Task.Delay(due);
            }
        }
        await Task.WhenAll(running);
        return [.. taken];
    }

    private static async Task OneAsync(Func<Guid, Task> way, Guid id, ConcurrentQueue<double> taken)
    {
        var began = Stopwatch.GetTimestamp();
        await way(id);
        taken.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    private static double Of(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
    }

    private sealed record Lines(IServiceProvider Client);

    private static async Task<IHost> StartAsync(int siloPort, int gatewayPort)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(_ => false);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort, gatewayPort).Services.AddSerializer(AddShapes));
        var client = new ServiceCollection();
        client.AddLogging();
        client.AddOrleansClient(one => one.UseLocalhostClustering(gatewayPort).Services.AddSerializer(AddShapes));
        var services = client.BuildServiceProvider();
        builder.Services.AddSingleton(new Lines(services));
        var host = builder.Build();
        await host.StartAsync();
        foreach (var part in services.GetServices<IHostedService>()) await part.StartAsync(CancellationToken.None);
        return host;
    }

    private static void AddShapes(ISerializerBuilder serializer) =>
        serializer.AddAssembly(typeof(HopRun).Assembly).AddAssembly(typeof(SubmittedOrder).Assembly);

    /// <summary>Rung, answers whoever waits. As long as an order that was filled.</summary>
    internal sealed class Bell
    {
        public static readonly string Answer = new('x', 700);
        private readonly Wake wake = new();
        private readonly ConcurrentQueue<Action<string>> waiting = new();

        public Bell() => _ = RunAsync();

        public void Ring(Action<string> answer)
        {
            waiting.Enqueue(answer);
            wake.Ring();
        }

        private async Task RunAsync()
        {
            while (true)
            {
                await wake.WaitAsync(Timeout.InfiniteTimeSpan, CancellationToken.None);
                while (waiting.TryDequeue(out var answer)) answer(Answer);
            }
        }
    }

    private sealed class ByCall(IClusterClient client)
    {
        public async Task AskAsync(Guid id)
        {
            if (await client.GetGrain<IHop>(id)
                .SubmittedAsync(new SubmittedOrder(id, TimeSpan.FromSeconds(2), null)) is not { Json.Length: > 0 })
                throw new InvalidOperationException("A call was not answered.");
        }
    }

    private sealed class ByRedis : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, Bell> bells = new(StringComparer.Ordinal);
        private readonly ISubscriber here;

        private ByRedis(ISubscriber here) => this.here = here;

        public static async Task<ByRedis> StartAsync(ConnectionMultiplexer there, ConnectionMultiplexer here)
        {
            var run = new ByRedis(here.GetSubscriber());
            var lanes = there.GetSubscriber();
            (await lanes.SubscribeAsync(RedisChannel.Literal(Wakes))).OnMessage(message =>
            {
                // The lane, and behind it what tells this question from the next.
                var text = message.Message.ToString();
                run.bells.GetOrAdd(text[..36], _ => new Bell()).Ring(
                    answer => _ = lanes.PublishAsync(RedisChannel.Literal(Answers), text[36..] + answer, CommandFlags.FireAndForget));
            });
            (await run.here.SubscribeAsync(RedisChannel.Literal(Answers))).OnMessage(message =>
            {
                if (run.waiting.TryRemove(message.Message.ToString()[..36], out var source)) source.TrySetResult();
            });
            return run;
        }

        public async Task AskAsync(Guid id)
        {
            var question = Guid.NewGuid().ToString();
            var source = waiting[question] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await here.PublishAsync(RedisChannel.Literal(Wakes), $"{id}{question}", CommandFlags.FireAndForget);
            await source.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async ValueTask DisposeAsync() => await here.UnsubscribeAllAsync();
    }
}
