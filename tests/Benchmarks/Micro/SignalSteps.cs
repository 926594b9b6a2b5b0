using BenchmarkDotNet.Attributes;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Benchmarks.Micro;

/// <summary>The steps of one signal that happen in memory, one by one: time and what each allocates.</summary>
[MemoryDiagnoser]
public class SignalSteps
{
    private static readonly byte[] Body =
        """{"version":"unify.v1","id":"b1","intent":{"action":"open","side":"buy","type":"market","symbol":"EURUSD","qty":0.01,"price":1.09,"sl":1.08,"tp":1.11}}"""u8
            .ToArray();

    private static readonly TradeIntent Intent =
        new() { Action = TradeAction.Open, Side = TradeSide.Buy, Symbol = "EURUSD", Price = 1.09m, Qty = 0.01m };
    private static readonly EntryAim Aim = new(["EURUSD"]);
    private static readonly DateTimeOffset At = new(2026, 11, 30, 14, 0, 0, TimeSpan.Zero);
    private readonly DialectList dialects = new();
    private readonly PlaceOrder order = new()
    {
        ClientOrderId = "tf1", Instrument = AtOnce.Instrument, Side = Side.Buy, Type = OrderType.Market, Quantity = 0.01m,
        ReferencePrice = 1.09m,
    };
    private MicroRig rig = null!; // BenchmarkDotNet calls StartAsync first
    private GuardedConnector session = null!; // as above
    private string? intentJson;

    [GlobalSetup]
    public async Task StartAsync()
    {
        rig = await MicroRig.StartAsync();
        session = AtOnce.Guarded();
        intentJson = Intent.ToJson();
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await session.DisposeAsync();
        await rig.DisposeAsync();
    }

    [Benchmark]
    public object ReadAlert() => dialects.Read(Body);

    [Benchmark]
    public string MaskPayload() => Masking.Payload(Body, [rig.Key]);

    [Benchmark]
    public async Task<object?> FindKey() => await rig.Keys.FindAsync(rig.Key, CancellationToken.None);

    [Benchmark]
    public async Task<object> DecideRisk() => await rig.Risk.DecideAsync(rig.Account, Aim, At, CancellationToken.None);

    [Benchmark]
    public decimal PriceAndSize()
    {
        var prices = OrderPrices.Resolve(Intent, AtOnce.Instrument, TradeSide.Buy, 1.09m, 1.09m);
        var sized = OrderSize.Resolve(Intent.Qty, null,
            new SizeFacts { Instrument = AtOnce.Instrument, Equity = 10_000, Entry = prices.Entry, StopLoss = prices.StopLoss });
        return ((SizeAnswer.Sized)sized).Quantity;
    }

    [Benchmark]
    public Task<OrderOutcome> CallPlugin() => session.PlaceAsync(order, CancellationToken.None);

    [Benchmark]
    public string WriteIntent() => Intent.ToJson();

    [Benchmark]
    public TradeIntent ReadIntent() => TradeIntent.FromJson(intentJson!);
}
