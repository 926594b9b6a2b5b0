using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Tests;

/// <summary>A paper account of a test: a store that can fail, a clock that the test moves, and as many restarts as it likes.</summary>
internal sealed class PaperAccount : IConnectorContext, IConnectorState
{
    private int orders;

    private PaperAccount()
    {
    }

    public ConcurrentDictionary<string, string> Stored { get; } = new(StringComparer.Ordinal);
    public HandClock Hand { get; } = new();
    public IBrokerConnector Session { get; private set; } = null!; // opened before anybody gets it
    public Func<string, bool>? FailAfterWriting { get; set; }
    public Func<string, bool>? FailBeforeWriting { get; set; }

    public IBrokerHttp Http => throw new NotSupportedException("Paper has nobody to call.");
    public TimeProvider Clock => Hand;
    public ILogger Log => NullLogger.Instance;
    public IReadOnlyDictionary<string, Secret<string>> Credentials { get; private set; } = new Dictionary<string, Secret<string>>();
    public IConnectorState State => this;

    public static async Task<PaperAccount> OpenAsync(string? script = null)
    {
        var account = new PaperAccount();
        await account.RestartAsync(script);
        return account;
    }

    public static Task<ConnectOutcome> ConnectAsync(string script)
    {
        var account = new PaperAccount();
        account.Type(script);
        return new PaperFactory()
            .ConnectAsync(new ConnectRequest { Mode = "demo", Endpoints = new Dictionary<string, Uri>() }, account, default);
    }

    public async Task RestartAsync(string? script = null)
    {
        if (script is not null) Type(script);
        Session = await AnotherSessionAsync();
    }

    public async Task<IBrokerConnector> AnotherSessionAsync()
    {
        var outcome = await new PaperFactory().ConnectAsync(
            new ConnectRequest { Mode = "demo", Endpoints = new Dictionary<string, Uri>(), BrokerAccountId = "paper-1" }, this, default);
        return outcome.ShouldBeOfType<ConnectOutcome.Connected>().Session.ShouldNotBeNull();
    }

    public async Task<PlaceOrder> OrderAsync(
        string symbol, Side side, decimal quantity, decimal? at = null, OrderType type = OrderType.Market, decimal? price = null,
        decimal? stopLoss = null, decimal? takeProfit = null) => new()
        {
            ClientOrderId = $"tf{++orders}",
            Instrument = (await Session.FindInstrumentsAsync(new InstrumentQuery { Symbol = symbol }, default)).ShouldHaveSingleItem(),
            Side = side, Quantity = quantity, Type = type, Price = price, ReferencePrice = at, StopLoss = stopLoss, TakeProfit = takeProfit,
        };

    public async Task<OrderReport> FillAsync(
        string symbol, Side side, decimal quantity, decimal? at = null, decimal? stopLoss = null, decimal? takeProfit = null)
    {
        var outcome =
            await Session.PlaceAsync(await OrderAsync(symbol, side, quantity, at, stopLoss: stopLoss, takeProfit: takeProfit), default);
        var report = outcome.ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();
        report.Status.ShouldBe(OrderStatus.Filled);
        return report;
    }

    public async Task<OrderReport> CloseAsync(OrderReport opened, decimal? quantity = null, decimal? at = null)
    {
        var outcome = await Session.ClosePositionAsync(await CloseOrderAsync(opened, quantity, at), default);
        return outcome.ShouldBeOfType<OrderOutcome.Accepted>().Report.ShouldNotBeNull();
    }

    public async Task<ClosePosition> CloseOrderAsync(OrderReport opened, decimal? quantity = null, decimal? at = null) => new()
    {
        ClientOrderId = $"tf{++orders}",
        BrokerPositionId = opened.BrokerPositionId.ShouldNotBeNull(),
        Instrument = (await Session.FindInstrumentsAsync(new InstrumentQuery { Symbol = opened.BrokerSymbol }, default))[0],
        PositionSide = opened.Side, Quantity = quantity, ReferencePrice = at,
    };

    public async Task<OrderOutcome> PlaceAsync(OrderType type = OrderType.Market, decimal quantity = 1m, decimal? price = null) =>
        await Session.PlaceAsync(
            await OrderAsync("EURUSD", Side.Buy, quantity, at: type == OrderType.Market ? 1.09m : null, type, price), default);

    public Task<OrderLookup> FindAsync(string clientOrderId) =>
        Session.FindOrderAsync(new OrderKey { ClientOrderId = clientOrderId, SentAt = Hand.GetUtcNow() }, default);

    public string LastClientOrderId => $"tf{orders}";

    private void Type(string script) => Credentials = new Dictionary<string, Secret<string>> { ["script"] = new(script) };

    public Task<BrokerState> StateNowAsync() => Session.GetStateAsync(new StateWindow(), default);

    public ValueTask<string?> GetAsync(string key, CancellationToken ct) => ValueTask.FromResult(Stored.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken ct)
    {
        if (FailBeforeWriting?.Invoke(key) == true) throw new ConnectorException("The store is away.");
        if (value is null) Stored.TryRemove(key, out _);
        else
        {
            System.Text.Encoding.UTF8.GetByteCount(value).ShouldBeLessThanOrEqualTo(16 * 1024);
            Stored[key] = value;
        }
        if (FailAfterWriting?.Invoke(key) == true) throw new ConnectorException("The store is away.");
        return ValueTask.CompletedTask;
    }
}
