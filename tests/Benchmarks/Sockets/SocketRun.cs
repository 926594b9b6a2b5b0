using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using TradeFlow.Benchmarks.Running;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>From a tick that a Worker tells to the frame that a client reads, over many sockets.</summary>
internal sealed class SocketRun(SocketOptions options, Servers servers, Product product)
{
    private const int AtOnce = 16;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Latencies latencies = new();
    private readonly List<Watcher> watchers = [];
    private readonly List<Task> reading = [];

    public static async Task<int> RunAsync(SocketOptions options)
    {
        var root = Product.Root();
        await using var servers = await Servers.StartAsync(profile: false);
        await using var product = await Product.StartAsync(servers, "sockets", root, new Uri("http://127.0.0.1:9"));
        var report = await new SocketRun(options, servers, product).MeasureAsync();
        await report.WriteAsync(Path.GetFullPath(options.Out, root));
        Console.WriteLine(report.Markdown());
        return report.IsComplete ? 0 : 1;
    }

    private async Task<SocketReport> MeasureAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.RedisAddress);
        var live = new LiveEvents(new RedisBus(NullLogger<RedisBus>.Instance, redis));
        var people = new (TenantId Tenant, string Token)[options.Tenants];
        await Parallel.ForAsync(0, people.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (at, ct) => people[at] = await SignUpAsync(ct));
        Say($"{people.Length} tenants have signed up");

        using var end = new CancellationTokenSource();
        var tickers = people.Select(person => new Ticker(live, person.Tenant, options.Positions)).ToList();
        await OpenAsync([.. people.Select(person => person.Token)], end.Token);
        using var still = new CancellationTokenSource();
        var ticking = tickers.Select(
            (ticker, at) => ticker.RunAsync(TimeSpan.FromSeconds(at / options.Rate / tickers.Count), options.Rate, still.Token)).ToList();
        await Task.Delay(TimeSpan.FromSeconds(options.WarmUp));
        var (opened, before) = (watchers.Count, product.Api.MegaBytes);
        await OpenAsync([.. Enumerable.Range(opened, Math.Max(0, options.Sockets - opened))
            .Select(number => people[number % people.Length].Token)], end.Token);
        Say($"{watchers.Count} sockets are open");
        await Task.Delay(TimeSpan.FromSeconds(options.WarmUp));

        Child[] parts = [product.Api, servers.Redis];
        var cpu = parts.Select(part => part.Cpu).ToArray();
        var (busy, own, rounds) = (Machine.BusySeconds(), Environment.CpuUsage.TotalTime.TotalSeconds,
            tickers.Sum(ticker => ticker.Rounds));
        latencies.Clear();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        var told = latencies.Count;
        var (p50, p90, p99, longest) = (latencies.Of(0.5), latencies.Of(0.9), latencies.Of(0.99), latencies.Of(1));
        var cores = parts.Select((part, at) => (part.Name, Cores: (part.Cpu - cpu[at]) / options.Seconds))
            .ToDictionary(one => one.Name, one => one.Cores);
        cores["sender and readers"] = (Environment.CpuUsage.TotalTime.TotalSeconds - own) / options.Seconds;
        var foreign = ((Machine.BusySeconds() - busy) / options.Seconds) - cores.Values.Sum();
        var due =
            (tickers.Sum(ticker => ticker.Rounds) - rounds) * (double)options.Positions * watchers.Count / tickers.Count / options.Seconds;
        var memory = (product.Api.MegaBytes - before) * 1000 / Math.Max(1, watchers.Count - opened);

        await still.CancelAsync();
        await Task.WhenAll(ticking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var ticker in tickers) ticker.Tell(isLast: true);
        var isComplete = await CompleteAsync();
        await end.CancelAsync();
        await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var watcher in watchers) watcher.Dispose();
        return new SocketReport(options, told / (double)options.Seconds, due, p50, p90, p99, longest, cores, Math.Max(0, foreign),
            memory, isComplete);
    }

    private async Task OpenAsync(IReadOnlyList<string> tokens, CancellationToken ct)
    {
        await Parallel.ForEachAsync(tokens, new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce, CancellationToken = ct
        }, async (token, stop) =>
        {
            var watcher = new Watcher(latencies);
            await watcher.OpenAsync(
                new UriBuilder(product.Address) { Scheme = "ws", Path = "/ws/positions", Query = "token=" + token }.Uri, stop);
            lock (watchers)
            {
                watchers.Add(watcher);
                reading.Add(watcher.ReadAsync(ct));
                if (watchers.Count % 500 == 0) Say($"{watchers.Count} of {options.Sockets} sockets are open");
            }
        });
    }

    private async Task<bool> CompleteAsync()
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (watchers.TrueForAll(watcher => watcher.Lasts >= options.Positions)) return true;
            await Task.Delay(100);
        }
        return false;
    }

    private async Task<(TenantId Tenant, string Token)> SignUpAsync(CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = product.Address, Timeout = TimeSpan.FromSeconds(60) };
        using var answer = await http.PostAsJsonAsync("/auth/signup",
            new { email = $"bench-{Guid.NewGuid():N}@example.com", password = "correct horse battery", name = "Bench" }, ct);
        answer.EnsureSuccessStatusCode();
        // a sign-up is answered with one
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("access_token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var me = await http.GetFromJsonAsync<JsonElement>("/api/user/me", ct);
        return (new TenantId(me.GetProperty("tenant").GetProperty("id").GetGuid()), token);
    }

    private void Say(string words) => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {words}");
}
