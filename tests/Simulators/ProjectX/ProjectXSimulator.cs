using System.Text.Json.Serialization;
using Microsoft.AspNetCore.SignalR;
using TradeFlow.Simulators.ProjectX.Endpoints;
using TradeFlow.Simulators.ProjectX.Hubs;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>A ProjectX gateway of our own: REST and both hubs on one port, with the control API beside them.</summary>
public sealed class ProjectXSimulator : IAsyncDisposable
{
    private static readonly string[] Kinds =
        ["reject", "pending_after", "partial_fill", "fill_delay_ms", "close_lingers_ms", "visible_after_ms", "hub_drop", "hub_delay_ms",
            "hub_duplicate",
            "hub_cut", "hub_close"];

    private readonly World world;
    private readonly LiveSessions sessions = new();
    private readonly TimeSpan hubPing;
    private readonly Listener listener;
    private readonly Pulse pulse;
    private readonly CancellationTokenSource end = new();
    private Task pump = Task.CompletedTask;

    private ProjectXSimulator(SimulatorSettings settings)
    {
        hubPing = settings.HubPing;
        world = new World(settings, sessions);
        listener = new Listener(settings.Port, Configure, AddServices);
        pulse = new Pulse(settings.Beat, settings.Clock, Beat);
    }

    /// <summary>
    /// Address of REST (<c>/api</c>), the hubs (<c>/hubs/user</c>, <c>/hubs/market</c>) and the control API (<c>/__sim</c>).
    /// </summary>
    public string Address => listener.Address;

    public static async Task<ProjectXSimulator> StartAsync(SimulatorSettings settings)
    {
        var simulator = new ProjectXSimulator(settings);
        await simulator.listener.UpAsync();
        simulator.pulse.Start();
        simulator.pump = simulator.world.Broadcast.PumpAsync(simulator.end.Token);
        return simulator;
    }

    /// <summary>Closes the listener: connections are refused until it is up again.</summary>
    public Task DownAsync() => listener.DownAsync();

    public Task UpAsync() => listener.UpAsync();

    public async ValueTask DisposeAsync()
    {
        await pulse.DisposeAsync();
        await end.CancelAsync();
        await listener.DownAsync();
        await pump.ContinueWith(_ => { }, TaskScheduler.Default);
        end.Dispose();
    }

    private void Beat()
    {
        lock (world.Gate)
        {
            world.Prices.Step();
            world.Orders.Beat();
            world.Broadcast.Quotes();
        }
    }

    private void AddServices(IServiceCollection services)
    {
        services.AddSingleton(world);
        services.AddSingleton(sessions);
        // Events leave out what is null.
        services.AddSignalR(options => options.KeepAliveInterval = hubPing)
            .AddJsonProtocol(options => options.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
    }

    private void Configure(WebApplication app)
    {
        var gatekeeper = new Gatekeeper(world);
        app.UseRouting();
        app.Use(gatekeeper.ReadAsync);
        app.Use(next => new FaultMiddleware(next, world.Faults, world.Calls, Gatekeeper.Identify).InvokeAsync);

        var open = app.MapGroup("/api");
        open.MapGet("/Status/ping", () => "pong");
        var auth = new AuthEndpoints(world);
        auth.MapOpen(open);
        var api = app.MapGroup("/api").AddEndpointFilter(gatekeeper);
        auth.Map(api);
        new ReadEndpoints(world).Map(api);
        new TradeEndpoints(world).Map(api);
        app.MapHub<UserHub>("/hubs/user");
        app.MapHub<MarketHub>("/hubs/market");
        world.Broadcast.UserHub = app.Services.GetRequiredService<IHubContext<UserHub>>();
        world.Broadcast.MarketHub = app.Services.GetRequiredService<IHubContext<MarketHub>>();
        new ControlEndpoints(world, sessions, new SharedControls("projectx", world, listener, Kinds))
            .Map(app.MapGroup("/__sim").AddEndpointFilter(new LoopbackOnly()));
    }
}
