using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Simulators.Shared;
using TradeFlow.Simulators.TradeLocker;

namespace TradeFlow.Plugins.TradeLocker.Tests.Support;

/// <summary>
/// A simulator of its own, the connector before it, and the control API behind it. Prices stand still and limits are off unless a test
/// wants them.
/// </summary>
internal sealed class Desk : IAsyncDisposable
{
    public const string Password = "demo-password";

    private readonly TradeLockerSimulator simulator;
    private readonly List<IAsyncDisposable> sessions = [];
    private readonly HttpClient control;
    private readonly TimeProvider clock;
    private int orders;

    private Desk(TradeLockerSimulator simulator, bool keepsLimits, TimeProvider clock)
    {
        (this.simulator, this.clock) = (simulator, clock);
        control = new HttpClient { BaseAddress = new Uri(simulator.Address) };
        Http = new LoopbackHttp(clock) { KeepsLimits = keepsLimits };
    }

    public LoopbackHttp Http { get; }
    public Memory State { get; } = new();
    public TradeLockerFactory Factory { get; private set; } = new();
    public TradeLockerSimulator Simulator => simulator;

    /// <param name="limits">The broker's limits are kept.</param>
    /// <param name="tokenLife">How long tokens live.</param>
    /// <param name="clock">The time of the broker and the connector; the world's without one.</param>
    public static async Task<Desk> OpenAsync(bool limits = false, TimeSpan? tokenLife = null, DeskClock? clock = null)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        var desk = new Desk(await TradeLockerSimulator.StartAsync(new SimulatorSettings { Beat = TimeSpan.FromMilliseconds(20),
            TokenLife = tokenLife, Clock = time }), limits, time);
        await desk.PostAsync("walk", new { enabled = false });
        await desk.SwitchAsync(new { rateLimits = limits });
        return desk;
    }

    public Task<ConnectOutcome> LogInAsync(
        string email = "demo@tradeflow.local", string password = Password, string server = "SIM", string? account = null,
        Memory? state = null) =>
            Factory.ConnectAsync(
                new ConnectRequest
                {
                    Mode = "sim", Endpoints = new Dictionary<string, Uri> { ["api"] = new(simulator.BaseUrl) }, BrokerAccountId = account
                },
                new DeskContext(state ?? State, new Dictionary<string,
                    Secret<string>> { ["email"] = new(email), ["password"] = new(password), ["server"] = new(server) }, Http,
                    ByClock: clock),
                CancellationToken.None);

    public async Task<IBrokerConnector> ConnectAsync(
        string email = "demo@tradeflow.local", string server = "SIM", string? account = null, Memory? state = null)
    {
        var session = (await LogInAsync(email, Password, server, account, state)).ShouldBeOfType<ConnectOutcome.Connected>().Session
            .ShouldNotBeNull();
        sessions.Add(session);
        return session;
    }

    /// <summary>As after a restart of the Worker: what was in memory is gone, what was stored is there.</summary>
    public Desk Restarted()
    {
        Factory = new TradeLockerFactory();
        return this;
    }

    public string NextId() => $"tf{++orders:D22}";

    public static async Task<Instrument> InstrumentAsync(IBrokerConnector session, string symbol) =>
        (await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, CancellationToken.None))[0];

    public async Task<PlaceOrder> OrderAsync(
        IBrokerConnector session, string symbol, Side side = Side.Buy, decimal quantity = 0.1m) => new()
        {
            ClientOrderId = NextId(), Instrument = await InstrumentAsync(session, symbol), Side = side, Type = OrderType.Market,
            Quantity = quantity,
        };

    /// <summary>An open position, seen in the state.</summary>
    public async Task<(PositionReport Position, PlaceOrder Order)> PositionAsync(
        IBrokerConnector session, string symbol, Side side = Side.Buy, decimal quantity = 0.1m, decimal? stopLoss = null,
        decimal? takeProfit = null)
    {
        var order = await OrderAsync(session, symbol, side, quantity) with { StopLoss = stopLoss, TakeProfit = takeProfit };
        (await session.PlaceAsync(order, CancellationToken.None)).ShouldBeOfType<OrderOutcome.Accepted>();
        return ((await StateAsync(session)).Positions.Single(position => position.ClientOrderId == order.ClientOrderId), order);
    }

    public ClosePosition Close(PositionReport position, PlaceOrder order, decimal? quantity = null) => new()
    {
        ClientOrderId = NextId(), BrokerPositionId = position.BrokerPositionId, Instrument = order.Instrument, PositionSide = position.Side,
        Quantity = quantity,
    };

    public static Task<BrokerState> OpenPositionsAsync(IBrokerConnector session) =>
        session.GetStateAsync(new StateWindow { IsForExit = true, PositionsOnly = true }, CancellationToken.None);

    public static Task<BrokerState> StateAsync(IBrokerConnector session) =>
        session.GetStateAsync(new StateWindow(), CancellationToken.None);

    public OrderKey SentNow(string clientOrderId, string brokerOrderId) =>
        new() { ClientOrderId = clientOrderId, BrokerOrderId = brokerOrderId, SentAt = clock.GetUtcNow() };

    public static OrderKey Key(string clientOrderId, string? brokerOrderId = null, double secondsAgo = 0) => new()
    {
        ClientOrderId = clientOrderId, BrokerOrderId = brokerOrderId, SentAt = DateTimeOffset.UtcNow.AddSeconds(-secondsAgo),
    };

    public Task ArmAsync(
        string kind, string endpoint, int count = 1, int? ms = null, string? text = null, decimal? ratio = null, int skip = 0) =>
        PostAsync("faults", new { kind, endpoint, count, ms, text, ratio, skip });

    public Task SwitchAsync(object switches) => PostAsync("switches", switches);

    public Task PriceAsync(string symbol, decimal bid, decimal ask) => PostAsync("price", new { symbol, bid, ask });

    public async Task<JsonElement[]> LedgerAsync() => await control.GetFromJsonAsync<JsonElement[]>("/__sim/ledger") ?? [];

    public async Task<int> CallsAsync(string operation) =>
        (await control.GetFromJsonAsync<JsonElement>("/__sim/calls")).TryGetProperty(operation, out var calls)
            ? calls.GetProperty("received").GetInt32() : 0;

    public async Task<int> AnswersAsync(int status) => (await control.GetFromJsonAsync<JsonElement>("/__sim/calls")).EnumerateObject()
        .Sum(operation => operation.Value.GetProperty("statuses")
            .TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var count) ? count.GetInt32() : 0);

    public async Task<decimal> BalanceAsync(string user) =>
        (await control.GetFromJsonAsync<JsonElement[]>($"/__sim/accounts?user={user}") ?? [])[0].GetProperty("balance").GetDecimal();

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
