using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker.Endpoints;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>A TradeLocker backend of our own, with the control API beside it. Prices move while it runs.</summary>
public sealed class TradeLockerSimulator : IAsyncDisposable
{
    private const string Prefix = "/tradelocker/backend-api";
    private static readonly string[] Kinds =
        ["reject", "refuse_after_accept", "partial_fill", "fill_delay_ms", "close_lingers_ms", "visible_after_ms"];

    private readonly World world;
    private readonly Orders orders;
    private readonly Listener listener;
    private readonly Pulse pulse;

    private TradeLockerSimulator(SimulatorSettings settings)
    {
        world = new World(settings);
        world.Orders = orders = new Orders(world);
        listener = new Listener(settings.Port, Configure);
        pulse = new Pulse(settings.Beat, settings.Clock, Beat);
    }

    /// <summary>Address of the backend, as a connector wants it: with <c>/backend-api</c>, without a slash at the end.</summary>
    public string BaseUrl => $"{Address}{Prefix}";

    /// <summary>Address of the listener; the control API is below <c>/__sim</c>.</summary>
    public string Address => listener.Address;

    public static async Task<TradeLockerSimulator> StartAsync(SimulatorSettings settings)
    {
        var simulator = new TradeLockerSimulator(settings);
        await simulator.listener.UpAsync();
        simulator.pulse.Start();
        return simulator;
    }

    /// <summary>Closes the listener: connections are refused until it is up again.</summary>
    public Task DownAsync() => listener.DownAsync();

    public Task UpAsync() => listener.UpAsync();

    public async ValueTask DisposeAsync()
    {
        await pulse.DisposeAsync();
        await listener.DownAsync();
    }

    private void Beat()
    {
        lock (world.Gate)
        {
            world.Prices.Step();
            orders.Beat();
        }
    }

    private void Configure(WebApplication app)
    {
        var gatekeeper = new Gatekeeper(world);
        app.UseRouting();
        app.Use(next => new FaultMiddleware(next, world.Faults, world.Calls, gatekeeper.Identify).InvokeAsync);
        app.Use(BlockAsync);

        var backend = app.MapGroup(Prefix);
        new AuthEndpoints(world, gatekeeper).Map(backend);
        var trade = backend.MapGroup("/trade").AddEndpointFilter(gatekeeper);
        new AccountEndpoints(world, gatekeeper, orders).Map(trade);
        new OrderEndpoints(world, gatekeeper, orders).Map(trade);
        new MarketEndpoints(world, gatekeeper).Map(trade);
        new ControlEndpoints(world, orders, new SharedControls("tradelocker", world, listener, Kinds))
            .Map(app.MapGroup("/__sim").AddEndpointFilter(new LoopbackOnly()));
    }

    private Task BlockAsync(HttpContext context, RequestDelegate next)
    {
        if (!world.Switches.CloudflareBlocked || !context.Request.Path.StartsWithSegments(Prefix)) return next(context);
        (context.Response.StatusCode, context.Response.ContentType) = (429, "text/html");
        return context.Response.WriteAsync(FaultMiddleware.BlockedPage);
    }
}
