using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>
/// The whole product as a user starts it: the AppHost as a process of its own, with a data folder and ports of its own. Shared by all tests of
/// the collection; each test signs up a user of its own.
/// </summary>
public sealed class RunningSystem : IAsyncLifetime
{
    private readonly string data = Directory.CreateTempSubdirectory("tradeflow-e2e-").FullName;
    private readonly ConcurrentQueue<string> output = new();
    private Process? appHost;

    public static string RepositoryRoot => Metadata("RepositoryRoot");

    /// <summary>Connectors that are put here are loaded while the system runs.</summary>
    public string PluginDirectory => Path.Combine(data, "dropped-plugins");

    public int Port { get; } = FreePort();
    public int TradeLockerPort { get; } = FreePort();
    public int ProjectXPort { get; } = FreePort();
    public Uri Address => new($"http://localhost:{Port}");
    public TimeSpan TimeToHealthy { get; private set; }
    public string Output => string.Join('\n', output);

    public async Task InitializeAsync()
    {
        var watch = Stopwatch.StartNew();
        Start();
        using var probe = new HttpClient { BaseAddress = Address };
        await Eventually.True(async () =>
        {
            if (appHost!.HasExited) throw new XunitException($"The AppHost ended with code {appHost.ExitCode}:\n{Output}");
            return await IsHealthyAsync(probe);
        }, TimeSpan.FromMinutes(4), () => "The system did not become healthy:\n" + Output);
        TimeToHealthy = watch.Elapsed;
    }

    public async Task DisposeAsync()
    {
        if (appHost is { HasExited: false })
        {
            _ = kill(appHost.Id, 15);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
            try
            {
                await appHost.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                appHost.Kill(entireProcessTree: true);
            }
        }
        Directory.Delete(data, recursive: true);
    }

    /// <summary>Ends a part of the system the hard way; the AppHost is expected to bring it back.</summary>
    public void KillPart(string nameInCommandLine)
    {
        var id = FindPart(nameInCommandLine) ?? throw new XunitException($"No process of this system has '{nameInCommandLine}' in its command line.");
        _ = kill(id, 9);
    }

    public int? FindPart(string nameInCommandLine)
    {
        var parents = Processes().ToDictionary(process => process.Id, process => process.Parent);
        foreach (var id in parents.Keys.Where(IsOurs))
        {
            try
            {
                if (File.ReadAllText($"/proc/{id}/cmdline").Contains(nameInCommandLine, StringComparison.Ordinal)) return id;
            }
            catch (IOException)
            {
                // It ended while it was being read.
            }
        }
        return null;

        bool IsOurs(int id)
        {
            for (var above = parents.GetValueOrDefault(id); above > 1; above = parents.GetValueOrDefault(above))
                if (above == appHost!.Id) return true; // the system is running
            return false;
        }
    }

    private static IEnumerable<(int Id, int Parent)> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            string[] fields;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            }
            catch (IOException)
            {
                continue;
            }
            yield return (id, int.Parse(fields[1], null));
        }
    }

    private void Start()
    {
        var root = RepositoryRoot;
        Directory.CreateDirectory(PluginDirectory);
        var dll = Path.Combine(root, "TradeFlow.AppHost", "bin", Metadata("Configuration"), "net10.0", "TradeFlow.AppHost.dll");
        var start = new ProcessStartInfo("dotnet", [dll])
        {
            WorkingDirectory = Path.Combine(root, "TradeFlow.AppHost"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TRADEFLOW_PORT"] = $"{Port}";
        start.Environment["TRADEFLOW_DATA"] = data;
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Simulators__TradeLocker__Port"] = $"{TradeLockerPort}";
        start.Environment["Simulators__ProjectX__Port"] = $"{ProjectXPort}";
        start.Environment["Brokers__tradelocker__SimUrl"] = $"http://localhost:{TradeLockerPort}/tradelocker/backend-api";
        start.Environment["RateLimits__SignIn"] = "1000";
        start.Environment["Plugins__Directories__2"] = PluginDirectory;
        appHost = Process.Start(start) ?? throw new XunitException("dotnet could not be started.");
        appHost.OutputDataReceived += (_, line) => Keep(line.Data);
        appHost.ErrorDataReceived += (_, line) => Keep(line.Data);
        appHost.BeginOutputReadLine();
        appHost.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > 4000) output.TryDequeue(out _);
    }

    private static async Task<bool> IsHealthyAsync(HttpClient probe)
    {
        try
        {
            return (await probe.GetAsync("/health")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Metadata(string key) =>
        typeof(RunningSystem).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);
}

[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<RunningSystem>
{
    public const string Name = "running system";
}
