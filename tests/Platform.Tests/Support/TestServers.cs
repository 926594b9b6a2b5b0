using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>One real PostgreSQL and one real Redis for the whole test run, in a temporary folder, ended with the test process.</summary>
public sealed class TestServers
{
    private static readonly Lazy<Task<TestServers>> Shared = new(StartAsync);

    private TestServers(string folder, int postgresPort, int redisPort)
    {
        Folder = folder;
        PostgresPort = postgresPort;
        RedisPort = redisPort;
    }

    public static Task<TestServers> GetAsync() => Shared.Value;

    public string Folder { get; }
    public int PostgresPort { get; }
    public int RedisPort { get; }
    public string RedisAddress => $"127.0.0.1:{RedisPort}";

    public string Connection(string database) =>
        $"Host=127.0.0.1;Port={PostgresPort};Username=postgres;Password=postgres;Database={database};Include Error Detail=true";

    private static async Task<TestServers> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-tests-").FullName;
        var servers = new TestServers(folder, FreePort(), FreePort());
        var bin = Directory.EnumerateDirectories("/usr/lib/postgresql").Select(path => Path.Combine(path, "bin")).OrderDescending(StringComparer.Ordinal).First();
        var data = Path.Combine(folder, "postgres");
        await Process.Start(Quiet("unshare", "--user", "--map-user=1000", "--map-group=1000", $"{bin}/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"))!.WaitForExitAsync();
        // A child with a death signal dies with the thread that started it: this one never ends.
        var started = new TaskCompletionSource();
        new Thread(() =>
        {
            Drain(Process.Start(Quiet("unshare", "--user", "--map-user=1000", "--map-group=1000", "setpriv", "--pdeathsig", "INT", $"{bin}/postgres", "-D", data, "-p", $"{servers.PostgresPort}",
                "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "max_connections=300"))!);
            Drain(Process.Start(Quiet("setpriv", "--pdeathsig", "TERM", "redis-server", "--port", $"{servers.RedisPort}", "--bind", "127.0.0.1", "--save", "", "--dir", folder))!);
            started.SetResult();
            Thread.Sleep(Timeout.Infinite);
        }) { IsBackground = true, Name = "test servers" }.Start();
        await started.Task;
        await WaitForPostgresAsync(servers.Connection("postgres"));
        return servers;
    }

    private static async Task WaitForPostgresAsync(string connection)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var probe = new NpgsqlConnection(connection + ";Pooling=false");
                await probe.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    private static ProcessStartInfo Quiet(string command, params string[] arguments) => new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static void Drain(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
