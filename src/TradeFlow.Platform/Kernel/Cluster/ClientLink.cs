using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>
/// Keeps the Api connected to the Workers, as a client of their cluster. It has services of its own, because a client that finds no Worker
/// ends the start of its host: the Api takes signals meanwhile, and the Workers are found as they come and go.
/// </summary>
internal sealed partial class ClientLink(
    IConfiguration configuration, Database database, ILoggerFactory loggers, Supervisor supervisor, ILogger<ClientLink> log)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(2);
    private volatile IClusterClient? client;
    private bool told;

    /// <summary>Where grains are called; <c>null</c> until the first Worker was found.</summary>
    public IGrainFactory? Grains => client;

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("cluster.client", KeepAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddOrleansClient(Configure);
        await using var own = services.BuildServiceProvider();
        var parts = own.GetServices<IHostedService>().ToList();
        try
        {
            foreach (var part in parts) await part.StartAsync(ct);
            client = own.GetRequiredService<IClusterClient>();
            told = false;
            LogFound();
            await Task.Delay(Timeout.Infinite, ct);
        }
        finally
        {
            client = null;
            using var patience = new CancellationTokenSource(ToEnd);
            foreach (var part in parts) await part.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Configure(IClientBuilder client) => client
        .Configure<ClusterOptions>(
            options => (options.ClusterId, options.ServiceId) = (ClusterSetup.NameOf(configuration), ClusterSetup.Service))
        .UseAdoNetClustering(options => (options.Invariant, options.DataSource) = ("Npgsql", database.Gateways))
        .UseConnectionRetryFilter(async (fault, ct) =>
        {
            if (!told) LogAlone(fault);
            told = true;
            await Task.Delay(TryAgain, ct);
            return true;
        })
        .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ClusterSetup.Answer)
        .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = BetweenReadings)
        .Services.AddSerializer(ClusterSetup.AddShapes);

    [LoggerMessage(1032, LogLevel.Information, "The Workers are found")]
    private partial void LogFound();

    [LoggerMessage(1033, LogLevel.Warning, "No Worker is found: signals are taken and wait for one")]
    private partial void LogAlone(Exception fault);
}
