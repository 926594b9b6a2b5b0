using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TradeFlow.Benchmarks.Running;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>A Worker, told from the others by where the cluster finds it and by the port at which it finds the stand-in.</summary>
internal sealed record Seat(string Name, Child Process, int SiloPort, int BrokerPort);

/// <summary>The Workers of one system.</summary>
internal sealed class Fleet(Product product, NpgsqlDataSource database, IReadOnlyList<int> brokerPorts) : IAsyncDisposable
{
    private readonly List<Seat> all = [];

    /// <summary>Those that have ended as well.</summary>
    public IReadOnlyList<Seat> All
    {
        get
        {
            lock (all) return [.. all];
        }
    }

    public IReadOnlyList<Seat> Running => [.. All.Where(seat => !seat.Process.HasExited)];

    /// <summary>Several at once, as a system begins.</summary>
    public Task<Seat[]> AddAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => AddAsync()));

    public async Task<Seat> AddAsync()
    {
        int number;
        lock (numbers) number = ++started;
        var seat = await StartAsync($"Worker {number}", LocalPorts.AnyFree(), brokerPorts[number - 1]);
        lock (all) all.Add(seat);
        return seat;
    }

    // As whoever runs it does: one that ends because PostgreSQL or another Worker does not answer in time is started again.
    private async Task<Seat> StartAsync(string name, int silo, int broker)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new Seat(name, await product.StartWorkerAsync(name, new Dictionary<string, string>
                {
                    ["Cluster__SiloPort"] = silo.ToString(CultureInfo.InvariantCulture),
                    ["Brokers__bench__ApiUrl"] = $"http://127.0.0.1:{broker}",
                }), silo, broker);
            }
            catch (InvalidOperationException e) when (tries < 4)
            {
                Console.WriteLine($"{name} is started again: {e.Message[..Math.Min(e.Message.Length, 200)]}");
            }
        }
    }

    /// <summary>Ends those that run, in order and side by side.</summary>
    public async Task EndAsync()
    {
        foreach (var seat in Running) seat.Process.Signal(Signals.Term);
        foreach (var seat in Running)
            if (!await seat.Process.ExitsAsync(TimeSpan.FromSeconds(40))) seat.Process.Signal(Signals.Kill);
    }

    public Seat? SeatOf(string? holder) =>
        holder?.Split('@')[0].Split(':')[^1] is { } port
            ? All.FirstOrDefault(seat => seat.SiloPort.ToString(CultureInfo.InvariantCulture) == port) : null;

    /// <summary>How many lanes each of the running has, and how many have none of them.</summary>
    public async Task<(IReadOnlyDictionary<Seat, int> Held, int Free)> LanesAsync()
    {
        var held = Running.ToDictionary(seat => seat, _ => 0);
        var free = 0;
        foreach (var holder in (await HoldersAsync()).Values)
            if (SeatOf(holder) is { } seat && held.TryGetValue(seat, out var count)) held[seat] = count + 1;
            else free++;
        return (held, free);
    }

    public async Task<IReadOnlyList<Guid>> LanesOfAsync(Seat seat) =>
        [.. (await HoldersAsync()).Where(one => SeatOf(one.Value) == seat).Select(one => one.Key)];

    /// <returns>How long it took until every account had its lane in one that runs.</returns>
    public async Task<TimeSpan> UntilAllRunAsync(TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while ((await LanesAsync()).Free > 0)
        {
            if (watch.Elapsed > patience)
                throw new InvalidOperationException($"{(await LanesAsync()).Free} lanes have nobody after {patience}.");
            await Task.Delay(200);
        }
        return watch.Elapsed;
    }

    private async Task<Dictionary<Guid, string?>> HoldersAsync()
    {
        await using var command = database.CreateCommand("""
            select a.id, l.holder from accounts.accounts a left join trading.lanes l on l.account_id = a.id where a.deleted_at is null and a.status <> 'pending'
            """);
        await using var rows = await command.ExecuteReaderAsync();
        Dictionary<Guid, string?> holders = [];
        while (await rows.ReadAsync()) holders[rows.GetGuid(0)] = rows.IsDBNull(1) ? null : rows.GetString(1);
        return holders;
    }

    private readonly Lock numbers = new();
    private int started;

    public async ValueTask DisposeAsync()
    {
        foreach (var seat in All) await seat.Process.DisposeAsync();
    }
}
