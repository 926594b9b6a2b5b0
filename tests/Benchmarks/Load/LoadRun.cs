using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TradeFlow.Benchmarks.Reporting;
using TradeFlow.Benchmarks.Running;
using TradeFlow.Benchmarks.Yardsticks;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Load;

/// <summary>The whole run: the product on the stand-in, the yardsticks beside it, round by round, and the product on paper.</summary>
internal sealed class LoadRun
{
    private const string Bench = "bench";
    private const string Paper = "paper";
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly string root = Product.Root();
    private readonly List<Cell> cells = [];
    private readonly List<AtRest> rests = [];
    private readonly List<Ledger> ledgers = [];
    private readonly LoadOptions options;
    private readonly Servers servers;
    private readonly Uri broker;

    private LoadRun(LoadOptions options, Servers servers, Uri broker) =>
        (this.options, this.servers, this.broker) = (options, servers, broker);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        await using var servers = await Servers.StartAsync(options.Profile);
        var port = LocalPorts.AnyFree();
        var broker = new Uri($"http://127.0.0.1:{port}");
        await using var standIn = Child.Self("Stand-in", "stand-in", port.ToString(CultureInfo.InvariantCulture));
        await standIn.UntilAsync(() => AnswersAsync(broker), TimeSpan.FromSeconds(30));
        return await new LoadRun(options, servers, broker).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        Target[] targets = [];
        long answered = 0;
        for (var round = 1; round <= options.Rounds; round++)
        {
            await using (var product = await Product.StartAsync(servers, Bench, root, broker))
            {
                if (targets.Length == 0)
                    targets = await new Population(product, Bench, options.Tenants, options.Accounts, options.History)
                        .MakeAsync(servers.Connection(Bench), Say);
                answered += await MeasureAsync(product, Bench, targets, round);
                ledgers.Add(await Ledger.ReadAsync(servers, Bench, $"product on {Bench}, round {round}", answered, broker));
                Say(ledgers[^1].Words);
                if (round == options.Rounds && options.Idle > 0) await RestAsync(product, Bench, targets.Length);
            }
            await YardsticksAsync(round, targets.Length);
        }
        if (options.Paper > 0)
        {
            await using var product = await Product.StartAsync(servers, Paper, root, broker);
            var some = await new Population(product, Paper, options.Tenants, options.Paper, options.History)
                .MakeAsync(servers.Connection(Paper), Say);
            var sent = await MeasureAsync(product, Paper, some, 1);
            ledgers.Add(await Ledger.ReadAsync(servers, Paper, $"product on {Paper}", sent, null));
            Say(ledgers[^1].Words);
            if (options.Idle > 0) await RestAsync(product, Paper, some.Length);
        }
        var report = new Report(options, cells, rests, ledgers);
        var folder = Path.GetFullPath(options.Out, root);
        await report.WriteAsync(folder);
        Say($"The report is in {folder}");
        Console.WriteLine(report.Markdown());
        return ledgers.TrueForAll(ledger => ledger.IsRight) ? 0 : 1;
    }

    /// <returns>How many signals were answered, those of the warm-up too.</returns>
    private async Task<long> MeasureAsync(Product product, string name, Target[] targets, int round)
    {
        var loops = new Loops(product.Address, targets);
        var meter = new Meter(servers, name, [product.Api, product.Worker, servers.Postgres, servers.Redis]);
        var before = cells.Count;
        await SetDelayAsync(0);
        var warm = await loops.WarmUpAsync(options.Connections, options.WarmUp);
        var all = (long)warm.Answered;
        Say($"product on {name} is warm");
        if (options.Profile) await Profile.ResetAsync(servers, name);
        foreach (var delay in name == Bench ? options.Delays : [0])
        {
            await SetDelayAsync(delay);
            await AddAsync($"closed {options.Connections}, {delay} ms", () => loops.ClosedAsync(options.Connections, options.Seconds));
            if (options.Profile && delay == 0) await Profile.WriteAsync(servers, name, Path.GetFullPath(options.Out, root));
        }
        await SetDelayAsync(0);
        await AddAsync("alone", () => loops.ClosedAsync(1, options.Seconds));
        foreach (var rate in options.Rates) await AddAsync($"open {rate}/s", () => loops.OpenAsync(rate, options.Seconds));
        return all + cells.Skip(before).Sum(cell => (long)cell.Result.Answered);

        Task AddAsync(string loop, Func<Task<Measured>> run) => this.AddAsync(meter, $"product on {name}", loop, round, run);
    }

    private async Task YardsticksAsync(int round, int accounts)
    {
        if (round == 1)
        {
            await ExecuteAsync(ReferenceSql.Prepare);
            await ExecuteAsync(ReferenceSql.Vacuum);
        }
        var port = LocalPorts.AnyFree();
        var address = new Uri($"http://127.0.0.1:{port}");
        await using (var server = Child.Self("Reference", "reference", port.ToString(CultureInfo.InvariantCulture),
            servers.Connection(Bench), broker.ToString()))
        {
            await server.UntilAsync(() => AnswersAsync(address), TimeSpan.FromSeconds(30));
            var meter = new Meter(servers, Bench, [server, servers.Postgres]);
            var loops = new Loops(address, Paths("signal"));
            await SetDelayAsync(0);
            await loops.ClosedAsync(options.Connections, options.WarmUp);
            foreach (var delay in options.Delays)
            {
                await SetDelayAsync(delay);
                await AddAsync(meter, "R", $"closed {options.Connections}, {delay} ms", round,
                    () => loops.ClosedAsync(options.Connections, options.Seconds));
            }
            await SetDelayAsync(0);
            await AddAsync(meter, "R", "alone", round, () => loops.ClosedAsync(1, options.Seconds));
            foreach (var rate in options.Rates)
                await AddAsync(meter, "R", $"open {rate}/s", round, () => loops.OpenAsync(rate, options.Seconds));
            var bare = new Loops(address, Paths("bare"));
            await AddAsync(meter, "bare Kestrel", $"closed {options.Connections}, 0 ms", round,
                () => bare.ClosedAsync(options.Connections, options.Seconds));
        }
        var pool = new Meter(servers, Bench, [servers.Postgres]);
        await AddAsync(pool, "P", $"closed {options.Connections}, 0 ms", round, async () =>
        {
            var tps = await Pgbench.RunAsync(servers.Connection(Bench), accounts, options.Seconds, servers.Folder);
            return new Measured((int)(tps * options.Seconds), 0, 0, options.Seconds, 16000 / tps, 0, 0);
        });

        Target[] Paths(string what) => [.. Enumerable.Range(1, accounts).Select(n => new Target($"/{what}/{n}"))];
    }

    private async Task AddAsync(Meter meter, string system, string loop, int round, Func<Task<Measured>> run)
    {
        var cell = await meter.RunAsync(system, loop, round, run);
        cells.Add(cell);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"{system,-16} {loop,-18} {cell.Result.PerSecond,8:0}/s  p50 {cell.Result.P50,7:0.0} p99 {cell.Result.P99,7:0.0} ms  bad {cell.Result.Bad}  "
            + $"commits {cell.PerSignal.Commits:0.00}  rows {cell.PerSignal.RowWrites:0.0}  CPU {cell.CpuMsInAll:0.00} ms  others {cell.ForeignCores:0.0}"));
    }

    private async Task RestAsync(Product product, string name, int accounts)
    {
        // What the last signals have set off is over by then.
        await Task.Delay(TimeSpan.FromSeconds(5));
        Child[] parts = [product.Api, product.Worker, servers.Postgres, servers.Redis];
        var open = await Ledger.OpenPositionsAsync(servers, name);
        rests.Add(await AtRest.MeasureAsync(servers, name, parts, $"product on {name}", accounts, open, options.Idle));
        Say(string.Create(CultureInfo.InvariantCulture,
            $"at rest, {accounts} accounts, {open} positions: {rests[^1].CoresInAll:0.000} cores, {rests[^1].Counts.RowWrites} rows in {options.Idle} s"));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Connection(Bench));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task SetDelayAsync(int milliseconds)
    {
        using var http = new HttpClient();
        using var nothing = new ByteArrayContent([]);
        using var answer = await http.PostAsync(new Uri(broker, $"/delay/{milliseconds}"), nothing);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        try
        {
            using var http = new HttpClient();
            return (await http.GetAsync(new Uri(address, "/health"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Say(string words) => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {words}");
}
