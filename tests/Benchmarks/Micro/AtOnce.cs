using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Connectors.Plugins;

namespace TradeFlow.Benchmarks.Micro;

/// <summary>A connector that fills at once, so that what is measured is the guard before it.</summary>
internal sealed class AtOnce : IBrokerConnector
{
    public static Instrument Instrument { get; } = new()
    {
        Symbol = "EURUSD", BrokerSymbol = "EURUSD", TickSize = 0.00001m, QuantityStep = 0.01m, MinQuantity = 0.01m, ContractSize = 100_000m,
        QuantityUnit = QuantityUnit.Lots, QuoteCurrency = "USD",
    };

    public static GuardedConnector Guarded()
    {
        var manifest = ConnectorManifest.Parse("""
            {"slug":"sample","id":"x","name":"Sample","version":"1.0.0","sdk":"^1.0","entryAssembly":"x.dll",
             "environments":[{"mode":"demo","label":"Demo"}],
             "capabilities":{"orderTypes":["market"],"positionMode":"hedging","quantityUnit":"lots","stream":"poll"},
             "clientOrderId":{"mode":"none"},"lookup":{},"connect":{"fields":[]}}
            """);
        // No code is behind it: nothing of it is loaded here.
        var plugin = new LoadedPlugin(manifest, new PluginFolder("/nowhere", ""), "", "", null!,
            TimeProvider.System) { Origin = PluginOrigin.Unknown };
        plugin.TryAcquire();
        var http = new BrokerHttp(manifest, new EgressRule([new Uri("https://nowhere.example")], []), new RateLimits(TimeProvider.System),
            new LimitScope("sample", "demo", "", ""), TimeProvider.System, NullLogger.Instance);
        var context = new ConnectorContext(http, TimeProvider.System, NullLogger.Instance, ReadOnlyDictionary<string, Secret<string>>.Empty,
            new LogInState(ReadOnlyDictionary<string, string>.Empty), null);
        return GuardedConnector.Around(new AtOnce(), plugin, context, new SessionDeadlines(), TimeProvider.System, NullLogger.Instance);
    }

    public Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1", new OrderReport
        {
            BrokerOrderId = "1", ClientOrderId = order.ClientOrderId, BrokerSymbol = order.Instrument.BrokerSymbol, Side = order.Side,
            Status = OrderStatus.Filled, Quantity = order.Quantity, FilledQuantity = order.Quantity, AveragePrice = 1.09m,
        }));

    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => throw new NotSupportedException();

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) => throw new NotSupportedException();

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) => throw new NotSupportedException();

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) => throw new NotSupportedException();

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) => throw new NotSupportedException();

    public IAsyncEnumerable<AccountUpdate> StreamAsync(CancellationToken ct) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
