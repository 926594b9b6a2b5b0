using System.Diagnostics;
using System.Net;
using TradeFlow.AppHost.Tests;
using TradeFlow.EmbeddedServers;
using TradeFlow.Platform.Tests.Delivery;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>
/// The whole product as a user starts it: the AppHost as a process of its own, with a data folder and ports of its own. Shared by all tests
/// of the collection; each test signs up a user of its own.
/// </summary>
public sealed class RunningSystem : IAsyncLifetime
{
    /// <summary>Whoever looks after the platform; the password is <see cref="Trader.Password"/>.</summary>
    public const string AdminEmail = "operator@example.com";

    private readonly string data = Directory.CreateTempSubdirectory("tradeflow-e2e-").FullName;
    private AppHostProcess? appHost;
    private Receiver? telegram;

    public static string RepositoryRoot => AppHostProcess.Root;

    /// <summary>Connectors that are put here are loaded while the system runs.</summary>
    public string PluginDirectory => Path.Combine(data, "dropped-plugins");

    public int TradeLockerPort { get; } = LocalPorts.AnyFree();
    public int ProjectXPort { get; } = LocalPorts.AnyFree();
    public Uri Address => new($"http://localhost:{Host.Port}");
    public TimeSpan TimeToHealthy { get; private set; }

    /// <summary>What stands in the place of Telegram.</summary>
    internal Receiver Telegram => telegram ?? throw new InvalidOperationException("It has not been started.");

    private AppHostProcess Host => appHost ?? throw new InvalidOperationException("It has not been started.");

    public async ValueTask InitializeAsync()
    {
        var watch = Stopwatch.StartNew();
        Directory.CreateDirectory(PluginDirectory);
        telegram = await Receiver.StartAsync();
        appHost = new AppHostProcess(data, environment:
        [
            ("DOTNET_ENVIRONMENT", "Development"), ("ASPNETCORE_ENVIRONMENT", "Development"),
            ("Simulators__TradeLocker__Port", $"{TradeLockerPort}"), ("Simulators__ProjectX__Port", $"{ProjectXPort}"),
            ("Brokers__tradelocker__SimUrl", $"http://localhost:{TradeLockerPort}/tradelocker/backend-api"), ("RateLimits__SignIn", "1000"),
            ("Admin__Email", AdminEmail), ("Admin__Password", Trader.Password), ("Plugins__Directories__2", PluginDirectory),
            // A long life of a strategy has more trades than a trial, and one alert for three brokers needs three.
            ("Trial__Trades", "1000"), ("Billing__Plans__trial__Brokers", "3"), ("Billing__Plans__trial__Strategies", "1"),
            ("Telegram__BotToken", "123:bot-token"), ("Telegram__ApiBase", telegram.Address),
            ("Notifications__AllowedHosts__0", "127.0.0.1"),
        ]);
        using var probe = new HttpClient { BaseAddress = Address };
        await Eventually.True(async () => Host.HasEnded ? throw new XunitException($"The AppHost ended:\n{Host.Output}")
            : await IsHealthyAsync(probe), TimeSpan.FromMinutes(4), () => "The system did not become healthy:\n" + Host.Output);
        TimeToHealthy = watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (appHost is not null) await appHost.DisposeAsync();
        if (telegram is not null) await telegram.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>The mails to an address as they would go over the wire, without the breaks of lines that are too long.</summary>
    public IReadOnlyList<string> MailsTo(string address)
    {
        var folder = new DirectoryInfo(Path.Combine(data, "mail"));
        return folder.Exists ? [.. folder.EnumerateFiles("*.eml")
            .Select(file => File.ReadAllText(file.FullName).Replace("=\r\n", "", StringComparison.Ordinal))
            .Where(mail => mail.Contains($"To: {address}", StringComparison.OrdinalIgnoreCase))] : [];
    }

    /// <summary>Ends a part of the system the hard way; the AppHost is expected to bring it back.</summary>
    public void KillPart(string nameInCommandLine) =>
        Signals.Send(FindPart(nameInCommandLine)
            ?? throw new XunitException($"No process of this system has '{nameInCommandLine}' in its command line."), Signals.Kill);

    public int? FindPart(string nameInCommandLine) => Host.Part(nameInCommandLine)?.Id;

    internal static async Task<bool> IsHealthyAsync(HttpClient probe)
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
}

[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<RunningSystem>
{
    public const string Name = "running system";
}
