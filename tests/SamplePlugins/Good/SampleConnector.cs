using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Good;

internal sealed class SampleConnector(string version, ConnectRequest request, IConnectorContext context) : IBrokerConnector
{
    // The version as a balance, so that a test sees which one answers: 1.2.0 is 1.2.
    public Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) =>
        Task.FromResult(new AccountSnapshot
        {
            Currency = "USD", Balance = decimal.Parse(version[..version.LastIndexOf('.')], CultureInfo.InvariantCulture)
        });

    public async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct)
    {
        var asked = await CountAsync("instruments", ct);
        Instrument[] all = [Make("EURUSD", "EURUSD.R", asked), Make("GBPUSD", "GBPUSD.R", asked), Make("NAS100", "NAS100.R", asked)];
        return query.Symbol is { } symbol
            ? [.. all.Where(instrument => instrument.Symbol == symbol || instrument.BrokerSymbol == symbol)] : all;
    }

    public Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) => brokerSymbol switch
    {
        "LOGGEDOUT" => throw new ConnectorException(ConnectorErrorKind.Authentication, "The log-in has ended."),
        "THROWS" => throw new InvalidOperationException("A fault of the plugin."),
        _ => Task.FromResult(new Quote { BrokerSymbol = brokerSymbol, Bid = 1.1m, Ask = 1.2m, At = context.Clock.GetUtcNow() }),
    };

    public async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        // The one fault that no process survives.
        if (context.Credentials.TryGetValue("behaviour", out var behaviour) && behaviour.Reveal() == "overflows")
            return new OrderOutcome.Accepted(Overflow(1).ToString(CultureInfo.InvariantCulture));
        switch (order.ClientOrderId)
        {
            case "throws": throw new InvalidOperationException("A fault of the plugin.");
            case "waits":
                await Task.Delay(Timeout.Infinite, ct);
                break;
            case "hangs":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "slow":
                await Task.Delay(TimeSpan.FromSeconds(1.5), CancellationToken.None);
                break;
            case "leaks":
                // Never stopped, as a careless plugin does it: it keeps the code from being unloaded.
                _ = LeakAsync();
                break;
            case "blocks":
                new ManualResetEventSlim().Wait(CancellationToken.None);
                break;
            case "smuggles":
                // Code from outside of its folder, which nobody has checked.
                AssemblyLoadContext.GetLoadContext(typeof(SampleConnector).Assembly)!
                    .LoadFromStream(new MemoryStream(await File.ReadAllBytesAsync(typeof(Console).Assembly.Location, ct)));
                break;
            case "posts":
                using (var message = new HttpRequestMessage(HttpMethod.Post, new Uri(request.Endpoints["api"], "/orders")))
                using (var answer = await context.Http.SendOnceAsync(message, RequestClass.Order, ct))
                    return new OrderOutcome.Accepted(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
            default: break;
        }
        return new OrderOutcome.Accepted($"{version}/{await CountAsync("orders", ct)}");
    }

    public Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1"));

    public Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted("1"));

    public Task<OrderLookup> FindOrderAsync(OrderKey order, CancellationToken ct) =>
        Task.FromResult<OrderLookup>(new OrderLookup.Absent(Conclusive: true));

    public Task<BrokerState> GetStateAsync(StateWindow window, CancellationToken ct) =>
        Task.FromResult(new BrokerState { At = context.Clock.GetUtcNow(), OpenOrders = [], Positions = [] });

    public async IAsyncEnumerable<AccountUpdate> StreamAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return new AccountUpdate.Snapshot(await GetStateAsync(new StateWindow(), ct));
        await Task.Delay(Timeout.Infinite, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (context.Credentials.TryGetValue("behaviour", out var behaviour) && behaviour.Reveal() == "late")
            await CountAsync("ended", CancellationToken.None);
    }

    private static async Task LeakAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(CancellationToken.None)) GC.KeepAlive(timer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Overflow(long depth) => Overflow(depth + 1) + depth;

    private async Task<int> CountAsync(string key, CancellationToken ct)
    {
        var count = int.Parse(await context.State.GetAsync(key, ct) ?? "0", CultureInfo.InvariantCulture) + 1;
        await context.State.SetAsync(key, count.ToString(CultureInfo.InvariantCulture), ct);
        return count;
    }

    private static Instrument Make(string symbol, string brokerSymbol, int asked) => new()
    {
        Symbol = symbol, BrokerSymbol = brokerSymbol, Description = $"asked {asked}", TickSize = 0.00001m, QuantityStep = 0.01m,
        MinQuantity = 0.01m, ContractSize = 100_000m, QuoteCurrency = "USD", QuantityUnit = QuantityUnit.Lots, AssetClass = "forex",
    };
}
