using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.EmbeddedServers;

/// <summary>
/// One PostgreSQL and one Redis in a temporary folder, on free ports, for the length of this process. Tests stand on them.
/// </summary>
public sealed class TemporaryServers
{
    // Waits on a pipe from this process. When the pipe ends, this process is dead, however it died: the servers are ended and the folder
    // goes.
    private const string Keeper = """
        trap '' INT TERM HUP
        read -r nothing
        kill -s QUIT "$1"; kill -s KILL "$2"
        n=0; while kill -s 0 "$1" && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
        rm -rf "$0"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Whoever collects one of these closes its pipes, and the keeper takes that for our death.
    private static readonly List<Process> Held = [];

    private TemporaryServers(EmbeddedPostgres postgres, string redis) => (Postgres, Redis) = (postgres, redis);

    public EmbeddedPostgres Postgres { get; }

    /// <summary>The address with the password.</summary>
    public string Redis { get; }

    public static async Task<TemporaryServers> StartAsync(IConfiguration configuration, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-").FullName;
        // Passable, not readable: where root cannot be somebody else in a namespace, PostgreSQL is the user postgres.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        // Tools that no machine has by itself are brought to the same place as for the product.
        var tools = new DataFolder(configuration, AppContext.BaseDirectory).ToolFolders;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var ports = (Postgres: LocalPorts.AnyFree(), Redis: LocalPorts.AnyFree());
        var postgres = new EmbeddedPostgres(Path.Combine(folder, "postgres"), ports.Postgres, password, kept: false, tools,
            configuration, _ => { });
        var redis = new EmbeddedRedis(Path.Combine(folder, "redis"), ports.Redis, password, kept: false, tools, configuration, _ => { });
        if (!await postgres.PrepareAsync(ct)) throw new StartException("There is no PostgreSQL on this machine and none could be brought.");
        if (!await redis.PrepareAsync(ct)) throw new StartException("There is no Redis on this machine and none could be brought.");

        var started = (Postgres: Start(postgres.Command()), Redis: Start(redis.Command()));
        Keep(folder, started.Postgres.Id, started.Redis.Id);
        await UntilReadyAsync("PostgreSQL", postgres.MissingAsync, started.Postgres, ct);
        await UntilReadyAsync("Redis", redis.MissingAsync, started.Redis, ct);
        return new TemporaryServers(postgres, $"127.0.0.1:{ports.Redis.ToString(CultureInfo.InvariantCulture)},password={password}");
    }

    private static Process Start(ServerCommand command)
    {
        var process = Process.Start(Programs.Start(command.Program, command.Arguments, command.Folder, command.Environment))
            ?? throw new StartException($"{command.Program} cannot be started.");
        lock (Held) Held.Add(process);
        // Read and dropped: a pipe that nobody reads fills up, and the server waits.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Keep(string folder, int postgres, int redis)
    {
        if (OperatingSystem.IsWindows()) return;
        string[] shell = ["/bin/sh", "-c", Keeper, folder, $"{postgres}", $"{redis}"];
        // In a session of its own: Ctrl+C in the terminal must not reach it.
        string[] all = Programs.Tool("setsid") is { } setsid ? [setsid, .. shell] : shell;
        var keeper = Process.Start(Programs.Start(all[0], all[1..], "/", new Dictionary<string, string>()))
            ?? throw new StartException("/bin/sh cannot be started.");
        lock (Held) Held.Add(keeper);
    }

    private static async Task UntilReadyAsync(
        string name, Func<CancellationToken, Task<string?>> missing, Process server, CancellationToken ct)
    {
        var since = Stopwatch.StartNew();
        while (await missing(ct) is { } what)
        {
            if (server.HasExited || since.Elapsed > Patience) throw new StartException($"{name} does not start: it {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
        }
    }
}
