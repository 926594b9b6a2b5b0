using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TradeFlow.Benchmarks.Load;
using TradeFlow.Benchmarks.Running;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>
/// Workers that come, go, are killed and stopped while signals arrive: what becomes of the lanes, the orders and the sessions.
/// </summary>
internal sealed class ClusterRun
{
    private const string Database = "cluster";
    private const int MostWorkers = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly ClusterOptions options;
    private readonly ClusterReport report;
    private readonly Servers servers;
    private readonly Product product;
    private readonly Child standIn;
    private readonly BrokerRecord broker;
    private readonly NpgsqlDataSource database;
    private readonly Fleet fleet;
    private Target[] targets = [];

    private ClusterRun(
        ClusterOptions options, ClusterReport report, Servers servers, Product product, Child standIn,
        NpgsqlDataSource database, int[] ports)
    {
        (this.options, this.report, this.servers, this.product, this.standIn, this.database) = (options, report, servers, product,
            standIn, database);
        broker = new BrokerRecord(new Uri($"http://127.0.0.1:{ports[0]}"));
        fleet = new Fleet(product, database, ports);
    }

    public static async Task<int> RunAsync(ClusterOptions options)
    {
        var report = new ClusterReport(options);
        await using var servers = await Servers.StartAsync(options.Profile);
        var ports = Enumerable.Range(0, 4 * MostWorkers).Select(_ => LocalPorts.AnyFree()).Distinct().Take(MostWorkers).ToArray();
        await using var standIn = Child.Self("Stand-in", "stand-in", string.Join(',', ports));
        await standIn.UntilAsync(() => IsThereAsync(ports[0]), TimeSpan.FromSeconds(60));
        if (options.Only.Any(part => part != "idle"))
        {
            await using var product = await Product.StartApiAsync(servers, Database, Product.Root());
            await using var database = NpgsqlDataSource.Create(servers.Connection(Database));
            await new ClusterRun(options, report, servers, product, standIn, database, ports).RunAsync();
        }
        if (options.Runs("idle"))
            foreach (var name in options.IdleBrokers)
                await new IdleRun(options, report, servers, new Uri($"http://127.0.0.1:{ports[^1]}"), name).RunAsync();
        var folder = Path.GetFullPath(options.Out, Product.Root());
        await report.WriteAsync(folder);
        Console.WriteLine($"The report is in {folder}");
        Console.WriteLine(report.Markdown());
        return report.BreaksNoLaw ? 0 : 1;
    }

    private async Task RunAsync()
    {
        await using var _ = fleet;
        await Epochs.WatchAsync(database);
        await broker.BeginAsync();
        await fleet.AddAsync(2);
        await product.IsReadyAsync();
        var half = options.Accounts / 2;
        var bench = await new Population(product, "bench", options.Tenants, half, 0).MakeAsync(servers.Connection(Database), Say);
        var paper = await new Population(product, "paper", options.Tenants, options.Accounts - half, 0)
            .MakeAsync(servers.Connection(Database), Say);
        targets = [.. bench.Zip(paper).SelectMany(pair => new[] { pair.First, pair.Second })];
        // The first signal of an account asks its broker for the instrument.
        await new Loops(product.Address, targets).WarmUpAsync(16, 1);
        Say($"{targets.Length} accounts are connected and warm");
        foreach (var (part, run) in new (string, Func<Others, Task>)[]
        {
            ("split", SplitAsync), ("kill", KillAsync), ("term", TermAsync), ("stop", StopAsync), ("join", JoinAsync), ("none", NoneAsync),
        })
        {
            if (!options.Runs(part)) continue;
            if (part != "none") await AnewAsync();
            var from = DateTimeOffset.UtcNow;
            stopped.Clear();
            await using var others = new Others(Parts);
            await run(others);
            if (part != "split") await SessionsAsync(part, from, others.Cores);
        }
        foreach (var seat in fleet.All)
            if (seat.Process.Said.LastOrDefault(
                line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("crit:", StringComparison.Ordinal)) is { } line)
                report.Note($"{seat.Name} said: {line}");
    }

    private async Task SplitAsync(Others others)
    {
        var (held, _) = await fleet.LanesAsync();
        var share = held.Values.Max() * 100.0 / Math.Max(1, held.Values.Sum());
        Show("split", "lanes of two Workers that began together", $"{Counts(held)}: {share:0} : {100 - share:0}", "within 60 : 40",
            share <= 60, false, others);
    }

    private async Task KillAsync(Others others)
    {
        var traffic = Traffic.Begin(product.Address, targets, options.Rate, 25);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (dead, lanes) = await LastAsync();
        var at = DateTimeOffset.UtcNow;
        dead.Process.Signal(Signals.Kill);
        Say($"{dead.Name} with {lanes.Count} lanes was killed");
        await TakenOverAsync("kill", dead, lanes, at, await traffic.EndAsync(), others);
    }

    private async Task TermAsync(Others others)
    {
        var traffic = Traffic.Begin(product.Address, targets, options.Rate, 15);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (ending, lanes) = await LastAsync();
        var at = DateTimeOffset.UtcNow;
        ending.Process.Signal(Signals.Term);
        var isOver = await ending.Process.ExitsAsync(TimeSpan.FromSeconds(30));
        var took = DateTimeOffset.UtcNow - at;
        Say($"{ending.Name} with {lanes.Count} lanes was asked to end: {took.TotalSeconds:0.0} s");
        var sent = await traffic.EndAsync();
        var begun = await BegunAsync(ending, lanes, at);
        Show("term", $"{lanes.Count} lanes begin elsewhere, s", Spread(begun), "≤ 1",
            lanes.Count == begun.Count && begun.All(after => after <= 1), false, others);
        Show("term", "process has ended, s", isOver ? Seconds(took.TotalSeconds) : "never", "", isOver, false, others);
        Late("term", sent, others);
        Ledger("term", await Audit.ReadAsync(database, broker, sent), others);
        await FenceAsync("term", others);
    }

    private async Task StopAsync(Others others)
    {
        var traffic = Traffic.Begin(product.Address, targets, options.Rate, 15 + options.Frozen);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (frozen, lanes) = await LastAsync();
        var at = DateTimeOffset.UtcNow;
        frozen.Process.Signal(Stop);
        Say($"{frozen.Name} with {lanes.Count} lanes was stopped");
        await Task.Delay(TimeSpan.FromSeconds(options.Frozen));
        frozen.Process.Signal(Continue);
        var on = DateTimeOffset.UtcNow;
        stopped.Add((frozen.BrokerPort, at, on));
        var sent = await traffic.EndAsync();
        var hasEnded = await frozen.Process.ExitsAsync(TimeSpan.FromSeconds(10));
        Show("stop", "the stopped one, declared dead, ends by itself", hasEnded ? "yes" : "no", "yes", hasEnded, false, others);
        await TakenOverAsync("stop", frozen, lanes, at, sent, others);
    }

    private async Task JoinAsync(Others others)
    {
        var traffic = Traffic.Begin(product.Address, targets, options.Rate, 180);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await fleet.AddAsync();
        var since = Stopwatch.StartNew();
        var (held, _) = await fleet.LanesAsync();
        while (since.Elapsed < TimeSpan.FromSeconds(150) && !IsEven(held.Values))
        {
            await Task.Delay(500);
            (held, _) = await fleet.LanesAsync();
        }
        Show("join", "a third Worker: evened out, s", $"{Seconds(since.Elapsed.TotalSeconds)}: {Counts(held)}", "≤ 120",
            IsEven(held.Values) && since.Elapsed < TimeSpan.FromSeconds(120), false, others);
        var sent = await traffic.EndAsync(now: true);
        Late("join", sent, others);
        Ledger("join", await Audit.ReadAsync(database, broker, sent), others);
        await FenceAsync("join", others);

        // As the keepers of the lanes have it: the largest has at most a tenth more.
        static bool IsEven(IEnumerable<int> counts) => counts.Max() - counts.Min() <= Math.Max(1, counts.Max() / 10);
    }

    private async Task NoneAsync(Others others)
    {
        var exits = targets.Where((_, at) => at % 10 < 2).ToArray();
        await new Loops(product.Address, exits, intent: (_, _) => Open(0.05m)).WarmUpAsync(8, 0);
        await fleet.EndAsync();
        var leaves = exits.ToHashSet();
        // Each account is sent to once.
        var rate = Math.Max(1, Math.Min(20, targets.Length / Math.Max(1, options.None)));
        var traffic = Traffic.Begin(product.Address, targets, rate, Math.Min(options.None, targets.Length / rate),
            (target, _) => leaves.Contains(target) ? """{"action":"close","symbol":"EURUSD"}""" : Open(0.01m));
        Say("no Worker runs");
        var sent = await traffic.EndAsync();
        Show("none", $"{sent.Count} signals while no Worker ran for {options.None} s, by status", Statuses(sent), "all 202",
            sent.All(one => one.Status == 202), true, others);
        await fleet.AddAsync(2);
        var back = DateTimeOffset.UtcNow;
        await fleet.UntilAllRunAsync(Patience);
        var audit = await Audit.ReadAsync(database, broker, sent);
        var (left, entered) = (sent.Where(one => leaves.Contains(one.Target)).ToArray(),
            sent.Where(one => !leaves.Contains(one.Target)).ToArray());
        var gone = left.Count(one => audit.OrderOf(one) is { Status: "FILLED" });
        Show("none", "exits that went, however old", $"{gone} of {left.Length}", "all", gone == left.Length, true, others);
        var atBroker = (await broker.OrdersAsync()).ToLookup(order => order.ClientId);
        var wrong = entered.Count(one => audit.OrderOf(one) is not { } order
            || !(order.Status == "FILLED" ? (order.AnsweredAt ?? back) <= order.ValidUntil.AddSeconds(10) : order.Code == "signal.expired"
                && order.ValidUntil <= back.AddSeconds(30))
            || atBroker[order.ClientId].Any(came => came.At > order.ValidUntil));
        var expired = entered.Count(one => audit.OrderOf(one) is { Code: "signal.expired" });
        Show("none", "entries that went although too old, or did not although in time",
            string.Create(CultureInfo.InvariantCulture, $"{wrong} of {entered.Length} ({expired} expired)"), "0", wrong == 0, true, others);
        Ledger("none", audit, others);
        await FenceAsync("none", others);
    }

    // Two Workers that begin together, with all lanes.
    private async Task AnewAsync()
    {
        await fleet.EndAsync();
        await fleet.AddAsync(2);
        var took = await fleet.UntilAllRunAsync(Patience);
        var quiet = await UntilQuietAsync();
        Say($"two Workers begin, {Counts((await fleet.LanesAsync()).Held)} after {took.TotalSeconds:0.0} s, quiet after {quiet.TotalSeconds:0.0} s more");
    }

    // The sessions begin with the lanes and are there a while later: what is measured next is not what they cost. Two seconds in which two
    // thirds of the cores were enough say that they are: a thousand accounts that are read in turn take 0.9 of a core.
    private static async Task<TimeSpan> UntilQuietAsync()
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(60))
        {
            var (busy, from) = (Machine.BusySeconds(), since.Elapsed);
            await Task.Delay(TimeSpan.FromSeconds(2));
            if ((Machine.BusySeconds() - busy) / (since.Elapsed - from).TotalSeconds < Environment.ProcessorCount * 2 / 3.0) break;
        }
        return since.Elapsed;
    }

    /// <summary>
    /// Of a Worker that is gone without a word: when each of its lanes works elsewhere, and that nothing was doubled or lost.
    /// </summary>
    private async Task TakenOverAsync(
        string part, Seat gone, IReadOnlyList<Guid> lanes, DateTimeOffset at, IReadOnlyList<Sent> sent, Others others)
    {
        var audit = await Audit.ReadAsync(database, broker, sent);
        var begun = await BegunAsync(gone, lanes, at);
        Show(part, $"{lanes.Count} lanes begin an epoch elsewhere, s", Spread(begun), "", begun.Count == lanes.Count, false, others);
        var owned = await OwnedAsync(lanes);
        var sessions = (await broker.SessionsAsync()).Where(one => one.From > at && owned.Contains(one.Account)).GroupBy(one => one.Account)
            .Select(one => (one.Min(session => session.From) - at).TotalSeconds).ToArray();
        Timed($"{owned.Count} of them, on the stand-in, log in again, s", sessions, owned.Count);
        var mine = lanes.ToHashSet();
        var arrived = (await broker.OrdersAsync()).ToLookup(order => order.ClientId);
        // The first signal of each lane that came while nobody had it: how long after the death, or after it was due where that was later.
        var epochs = await Epochs.ReadAsync(database);
        var waited = sent.Where(one => one.Due > at && mine.Contains(one.Target.Account)
            && (epochs[one.Target.Account].FirstOrDefault(epoch => epoch.At > at)?.At ?? at).AddSeconds(2.5) > one.Due)
            .GroupBy(one => one.Target.Account).Select(one => one.MinBy(first => first.Due)!)
            .Select(one => (One: one, Order: audit.OrderOf(one))).Where(pair => pair.Order is not null)
            .Select(pair => ((arrived[pair.Order!.ClientId].Select(came => (DateTimeOffset?)came.At).FirstOrDefault()
                ?? pair.Order.AnsweredAt ?? DateTimeOffset.MaxValue) - at).TotalSeconds)
            .ToArray();
        Timed("signals that came meanwhile are carried out, s after", waited, waited.Length);
        Show(part, "signals by status", Statuses(sent), "200 and 202", sent.All(one => one.Status is 200 or 202), true, others);
        Ledger(part, audit, others);
        await FenceAsync(part, others);

        void Timed(string what, double[] seconds, int expected)
        {
            var sorted = seconds.Order().ToArray();
            Show(part, what, Spread(sorted), "median ≤ 5, worst ≤ 10",
                sorted.Length == expected && (sorted.Length == 0 || (sorted[sorted.Length / 2] <= 5 && sorted[^1] <= 10)), false, others);
        }
    }

    // An order that came from a Worker after another one had begun the next epoch of the lane.
    private async Task FenceAsync(string part, Others others)
    {
        var epochs = await Epochs.ReadAsync(database);
        await using var command = database.CreateCommand("select client_order_id, account_id from trading.orders where broker = 'bench'");
        Dictionary<string, Guid> accounts = new(StringComparer.Ordinal);
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync()) accounts[rows.GetString(0)] = rows.GetGuid(1);
        var (late, foreign, orders) = (0, 0, await broker.OrdersAsync());
        foreach (var order in orders)
        {
            if (!accounts.TryGetValue(order.ClientId, out var account)) foreign++;
            else if (epochs[account].LastOrDefault(epoch => epoch.At <= order.At) is { } then
                && fleet.SeatOf(then.Holder)?.BrokerPort != order.Port)
                late++;
        }
        Show(part, "orders sent under an epoch after the next one had begun, so far",
            string.Create(CultureInfo.InvariantCulture, $"{late} of {orders.Count}"), "0", late == 0, true, others);
        if (foreign > 0) Show(part, "orders at the stand-in that nobody here knows", Seconds(foreign), "0", false, true, others);
    }

    private async Task SessionsAsync(string part, DateTimeOffset from, double cores)
    {
        var now = DateTimeOffset.UtcNow;
        var overlaps = Overlaps.Of(await broker.SessionsAsync(), from, now, stopped);
        var more = overlaps.Accounts == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" ({overlaps.Accounts} accounts, at most {overlaps.Longest.TotalSeconds:0.000} s)");
        report.Add(new Shown(part, "most sessions of one account at one time", $"{overlaps.Most}{more}", "1", overlaps.Most <= 1,
            false, cores));
        Say($"{part}: most sessions of one account at one time: {overlaps.Most}{more}");
    }

    private void Ledger(string part, Audit audit, Others others) =>
        Show(part, "ledger", audit.Words, "0 doubled, 0 lost", audit.IsRight, true, others);

    private void Late(string part, IReadOnlyList<Sent> sent, Others others)
    {
        var times = sent.Select(one => one.Milliseconds).Order().ToArray();
        var late = sent.Count(one => one.Milliseconds > 1000 || one.Status != 200);
        Show(part, "signals later than 1 s, or without their outcome", string.Create(CultureInfo.InvariantCulture,
            $"{late} of {sent.Count}; p50 {times[times.Length / 2]:0} ms, p99 {times[times.Length * 99 / 100]:0}, worst {times[^1]:0}"),
            "0", late == 0, false, others);
    }

    private async Task<(Seat Seat, IReadOnlyList<Guid> Lanes)> LastAsync()
    {
        var seat = fleet.Running[^1];
        return (seat, await fleet.LanesOfAsync(seat));
    }

    private async Task<List<double>> BegunAsync(Seat gone, IReadOnlyList<Guid> lanes, DateTimeOffset at)
    {
        var epochs = await Epochs.ReadAsync(database);
        return [.. lanes.Select(lane => epochs[lane].FirstOrDefault(epoch => epoch.At > at && fleet.SeatOf(epoch.Holder) != gone))
            .OfType<Epoch>().Select(epoch => (epoch.At - at).TotalSeconds).Order()];
    }

    private async Task<HashSet<string>> OwnedAsync(IReadOnlyList<Guid> lanes)
    {
        await using var command =
            database.CreateCommand("select broker_account_id from accounts.accounts where id = any ($1) and broker = 'bench'");
        command.Parameters.AddWithValue(lanes.ToArray());
        HashSet<string> owned = new(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) owned.Add(rows.GetString(0));
        return owned;
    }

    private void Show(string part, string what, string measured, string target, bool holds, bool isLaw, Others others)
    {
        report.Add(new Shown(part, what, measured, target, holds, isLaw, others.Cores));
        Say($"{part}: {what}: {measured}{(holds ? "" : isLaw ? " BROKEN" : " missed")}");
    }

    private IEnumerable<Child> Parts() =>
        [product.Api, standIn, servers.Postgres, servers.Redis, .. fleet.All.Select(seat => seat.Process)];

    private readonly List<(int Port, DateTimeOffset From, DateTimeOffset Until)> stopped = [];

    // signal(7) of Linux.
    private const int Stop = 19;
    private const int Continue = 18;

    private static string Open(decimal qty) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"action":"open","side":"buy","type":"market","symbol":"EURUSD","qty":{{qty}},"price":1.09}""");

    private static string Counts(IReadOnlyDictionary<Seat, int> held) => string.Join(" + ", held.Values.OrderDescending());

    private static string Statuses(IReadOnlyList<Sent> sent) =>
        string.Join(", ", sent.GroupBy(one => one.Status).OrderBy(one => one.Key).Select(one => $"{one.Count()} × {one.Key}"));

    private static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Spread(IReadOnlyList<double> sorted) => sorted.Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"median {sorted[sorted.Count / 2]:0.0}, worst {sorted[^1]:0.0} ({sorted.Count})");

    private static async Task<bool> IsThereAsync(int port)
    {
        try
        {
            using var http = new HttpClient();
            return (await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Say(string words) => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {words}");
}
