using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Simulators.ProjectX;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>
/// A simulator of its own, the connector before it, and the control API behind it. Prices stand still unless a test wants them to move.
/// </summary>
internal sealed class Desk : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly ProjectXSimulator simulator;
    private readonly List<IAsyncDisposable> sessions = [];
    private readonly HttpClient control;
    private readonly DeskClock? clock;
    private int orders;

    private Desk(ProjectXSimulator simulator, DeskClock? clock)
    {
        (this.simulator, this.clock) = (simulator, clock);
        control = new HttpClient { BaseAddress = new Uri(simulator.Address) };
    }

    public LoopbackHttp Http { get; } = new();
    public Memory State { get; } = new();
    public TopstepFactory Factory { get; private set; } = new();
    public ProjectXSimulator Simulator => simulator;

    /// <param name="tokenLife">How long tokens live.</param>
    /// <param name="clock">The time of the gateway and the connector; the world's without one.</param>
    public static async Task<Desk> OpenAsync(TimeSpan? tokenLife = null, DeskClock? clock = null)
    {
        var settings = new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20), TokenLife = tokenLife };
        // A clock that is moved goes faster than the hub's pings do.
        if (clock is not null) settings = settings with { Clock = clock, HubPing = TimeSpan.FromMilliseconds(100) };
        var desk = new Desk(await ProjectXSimulator.StartAsync(settings), clock);
        await desk.PostAsync("walk", new { enabled = false });
        await desk.PriceAsync(6000.00m, 6000.25m);
        return desk;
    }

    public Task<ConnectOutcome> LogInAsync(
        string user = "demo", string key = "demo-key", string? account = null, string confirmed = "true") => Factory.ConnectAsync(
            new ConnectRequest
            {
                Mode = "sim",
                Endpoints = new Dictionary<string, Uri> { ["api"] = new(simulator.Address), ["userHub"] = new(
                    $"{simulator.Address}/hubs/user"), ["marketHub"] = new($"{simulator.Address}/hubs/market") },
                BrokerAccountId = account,
            },
            new DeskContext(State, new Dictionary<string, Secret<string>> { ["user_name"] = new(user), ["api_key"] = new(key),
                ["rules_confirmed"] = new(confirmed) }, Http, ByClock: clock),
            CancellationToken.None);

    public async Task<IBrokerConnector> ConnectAsync(string user = "demo", string? account = null)
    {
        var session = (await LogInAsync(user, account: account)).ShouldBeOfType<ConnectOutcome.Connected>().Session.ShouldNotBeNull();
        sessions.Add(session);
        return session;
    }

    /// <summary>As after a restart of the Worker: what was in memory is gone, what was stored is there.</summary>
    public async Task<IBrokerConnector> RestartAsync()
    {
        foreach (var session in sessions) await session.DisposeAsync();
        sessions.Clear();
        Factory = new TopstepFactory();
        return await ConnectAsync();
    }

    public static async Task<Instrument> InstrumentAsync(IBrokerConnector session, string symbol = "MES1!") =>
        (await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, CancellationToken.None)).ShouldHaveSingleItem();

    public async Task<PlaceOrder> OrderAsync(
        IBrokerConnector session, Side side = Side.Buy, int quantity = 2, string symbol = "MES1!") => new()
        {
            ClientOrderId = $"tf{++orders:D22}", Instrument = await InstrumentAsync(session, symbol), Side = side, Type = OrderType.Market,
            Quantity = quantity, ReferencePrice = side is Side.Buy ? 6000.25m : 6000.00m,
        };

    /// <summary>A position with a stop and a target, ten points away.</summary>
    public async Task<(PositionReport Position, PlaceOrder Order)> PositionAsync(
        IBrokerConnector session, Side side = Side.Buy, int quantity = 2)
    {
        var order = await OrderAsync(session, side, quantity);
        var up = side is Side.Buy ? 1 : -1;
        order = order with { StopLoss = order.ReferencePrice - (10 * up), TakeProfit = order.ReferencePrice + (10 * up) };
        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();
        return ((await StateAsync(session)).Positions.ShouldHaveSingleItem(), order);
    }

    public ClosePosition Close(PositionReport position, PlaceOrder order, decimal? quantity = null) => new()
    {
        ClientOrderId = $"tf{++orders:D22}", BrokerPositionId = position.BrokerPositionId, Instrument = order.Instrument,
        PositionSide = position.Side, Quantity = quantity,
    };

    public static Task<BrokerState> StateAsync(IBrokerConnector session) =>
        session.GetStateAsync(new StateWindow(), CancellationToken.None);

    public static OrderKey Key(string clientOrderId, string? brokerOrderId = null, double secondsAgo = 0) => new()
    {
        ClientOrderId = clientOrderId, BrokerOrderId = brokerOrderId, SentAt = DateTimeOffset.UtcNow.AddSeconds(-secondsAgo),
    };

    public Task ArmAsync(
        string kind, string endpoint, int count = 1, int? ms = null, string? text = null, decimal? ratio = null, int? status = null,
        int skip = 0) =>
            PostAsync("faults", new { kind, endpoint, count, ms, text, ratio, status, skip });

    public async Task DisarmAsync() => (await control.DeleteAsync("/__sim/faults")).IsSuccessStatusCode.ShouldBeTrue();

    public Task SwitchAsync(object switches) => PostAsync("switches", switches);

    public DateTimeOffset Now => (clock ?? TimeProvider.System).GetUtcNow();

    /// <summary>Lets time pass, in steps that everybody has time for.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (TimeSpan left = time, step; left > TimeSpan.Zero; left -= step)
        {
            step = left < Step ? left : Step;
            (clock ?? throw new InvalidOperationException("The world's time passes by itself.")).Move(step);
            await QuietAsync();
        }
    }

    /// <summary>Time passes only where the work waits for it: what has been told is taken first.</summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Task.Delay(Step)) != work) await PassAsync(Step / 5);
        return await work;
    }

    // Nothing is asked, three times in a row: whoever has been woken has had his turn.
    private async Task QuietAsync()
    {
        for (var quiet = 0; quiet < 3; quiet = Http.InFlight == 0 ? quiet + 1 : 0) await Task.Delay(1);
    }

    public Task PriceAsync(decimal bid, decimal ask) => PostAsync("price", new { symbol = "MES", bid, ask });

    public Task ByHandAsync(int quantity, string side) =>
        PostAsync("positions", new { account = 9101, symbol = "MES", side, qty = quantity });

    public async Task<JsonElement[]> LedgerAsync() => await control.GetFromJsonAsync<JsonElement[]>("/__sim/ledger") ?? [];

    public async Task<int> CallsAsync(string operation) =>
        (await control.GetFromJsonAsync<JsonElement>("/__sim/calls")).TryGetProperty(operation, out var calls)
            ? calls.GetProperty("received").GetInt32() : 0;

    /// <summary>What really works in the books, whatever anybody was told.</summary>
    public async Task<JsonElement[]> WorkingAsync() =>
        [.. (await control.GetFromJsonAsync<JsonElement[]>("/__sim/accounts?user=demo") ?? [])[0].GetProperty("workingOrders")
            .EnumerateArray()];

    public async Task PostAsync(string path, object body) =>
        (await control.PostAsJsonAsync($"/__sim/{path}", body)).IsSuccessStatusCode.ShouldBeTrue(path);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions) await session.DisposeAsync();
        control.Dispose();
        Http.Dispose();
        await simulator.DisposeAsync();
    }
}
