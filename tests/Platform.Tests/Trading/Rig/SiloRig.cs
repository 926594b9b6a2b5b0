using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading.Rig;

/// <summary>A worker of the Trading module that is a real member of a cluster, with a scripted broker.</summary>
internal sealed class SiloRig : IAsyncDisposable
{
    private readonly IHost host;
    private bool ended;

    private SiloRig(IHost host) => this.host = host;

    public LaneHost Lanes => host.Services.GetRequiredService<LaneHost>();

    public int Count => Lanes.Lives.Count(life => life.Lane.Hold.IsHeld);

    public static async Task<SiloRig> StartAsync(PlatformFixture platform, ScriptedBroker broker)
    {
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings { EnvironmentName = "Development", DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(platform.Settings);
        builder.Logging.AddFilter(_ => false);
        builder.AddKernel();
        platform.Lend(builder.Services, []);
        builder.Services.AddSingleton<WorkerAccounts>();
        builder.Services.AddSingleton<IBrokerSessions>(broker);
        builder.Services.AddSingleton<IInstruments>(broker);
        builder.Services.AddSingleton<LiveEvents>();
        builder.Services.AddSingleton<Notifications>();
        builder.Services.AddSingleton<RuleList>();
        builder.Services.AddSingleton<PricedGate>();
        builder.Services.AddTrading();
        builder.AddLanes();
        builder.Services.AddSingleton<IFatalErrorHandler, LivesOn>();
        var host = builder.Build();
        await host.StartAsync();
        return new SiloRig(host);
    }

    /// <summary>
    /// The others take it for dead, as they do with one that does not answer them. It goes on: a process that was frozen and one whose line
    /// is cut are not there to be told.
    /// </summary>
    public async Task DeclareDeadAsync(SiloRig other)
    {
        other.ended = true;
        (await host.Services.GetRequiredService<IClusterMembershipService>()
            .TryKill(other.host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress)).ShouldBeTrue();
    }

    public Task StopAsync()
    {
        ended = true;
        return host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!ended) await host.StopAsync();
        // One that was taken for dead has nobody any more to end in order with.
        else await host.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    // A silo that learns that it was taken for dead ends its process: here that of all tests.
    private sealed class LivesOn : IFatalErrorHandler
    {
        public bool IsUnexpected(Exception exception) => false;

        public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
        {
            // The lanes find out by their epochs.
        }
    }
}
