using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Connectors.Plugins;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>The guard of a plugin's session around a connector of the test's own.</summary>
internal static class Guards
{
    public static ConnectorManifest Manifest { get; } = ConnectorManifest.Parse("""
        {"slug":"sample","id":"x","name":"Sample","version":"1.0.0","sdk":"^1.0","entryAssembly":"x.dll",
         "environments":[{"mode":"demo","label":"Demo"}],
         "capabilities":{"orderTypes":["market"],"positionMode":"hedging","quantityUnit":"lots","stream":"poll"},
         "clientOrderId":{"mode":"none"},"lookup":{},"connect":{"fields":[]}}
        """);

    public static GuardedConnector Around(
        IBrokerConnector session, ConnectorManifest? manifest = null, SessionDeadlines? deadlines = null, BrokerHttp? http = null)
    {
        manifest ??= Manifest;
        // There is no assembly behind it: nothing of it is loaded or unloaded here.
        var plugin = new LoadedPlugin(manifest, new PluginFolder("/nowhere", ""), "", "", null!,
            TimeProvider.System) { Origin = PluginOrigin.Unknown };
        plugin.TryAcquire();
        var context = new ConnectorContext(http ?? Http(manifest, new Uri("https://nowhere.example")), TimeProvider.System,
            NullLogger.Instance,
            ReadOnlyDictionary<string, Secret<string>>.Empty, new LogInState(ReadOnlyDictionary<string, string>.Empty), null);
        return GuardedConnector.Around(session, plugin, context, deadlines ?? new SessionDeadlines(), TimeProvider.System,
            NullLogger.Instance);
    }

    public static BrokerHttp Http(ConnectorManifest manifest, Uri endpoint, RateLimits? limits = null) => new(
        manifest, new EgressRule([endpoint], []), limits ?? new RateLimits(TimeProvider.System), new LimitScope("sample", "demo", "", ""),
        TimeProvider.System, NullLogger.Instance);
}

/// <summary>A connector that answers what a test tells it to.</summary>
internal sealed class AnsweringConnector : IBrokerConnector
{
    public static readonly Instrument Sound = new()
    {
        Symbol = "EURUSD", BrokerSymbol = "EURUSD.R", TickSize = 0.00001m, QuantityStep = 0.01m, MinQuantity = 0.01m,
        ContractSize = 100_000m, QuantityUnit = QuantityUnit.Lots,
    };

    public Func<CancellationToken, Task<AccountSnapshot>> Account { get; set; } =
        _ => Task.FromResult(new AccountSnapshot { Currency = "USD", Balance = 1000 });

    public Func<CancellationToken, Task<IReadOnlyList<Instrument>>> Instruments { get; set; } = _ =>
        Task.FromResult<IReadOnlyList<Instrument>>([Sound]);

    public Func<CancellationToken, Task<Quote>> Quote { get; set; } =
        _ => Task.FromResult(new Quote { BrokerSymbol = "EURUSD.R", Bid = 1.1m, Ask = 1.2m, At = DateTimeOffset.UtcNow });

    public Func<CancellationToken, Task<OrderLookup>> Lookup { get; set; } = _ =>
        Task.FromResult<OrderLookup>(new OrderLookup.Absent(true));

    public Func<CancellationToken, Task<BrokerState>> State { get; set; } =
        _ => Task.FromResult(new BrokerState { At = DateTimeOffset.UtcNow, OpenOrders = [], Positions = [] });

    public Func<CancellationToken, Task<OrderOutcome>> Outcome { get; set; } = _ =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1"));

    public Func<CancellationToken, IAsyncEnumerable<AccountUpdate>> Updates { get; set; } = _ => AsyncEnumerable.Empty<AccountUpdate>();

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => Account(ct);

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) => Instruments(ct);

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => Quote(ct);

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) => Outcome(ct);

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => Outcome(ct);

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => Outcome(ct);

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => Lookup(ct);

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => State(ct);

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => Updates(ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
