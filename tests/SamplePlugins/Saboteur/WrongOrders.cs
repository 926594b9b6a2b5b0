using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

// Each is right but for the one member that it overrides.

internal sealed class TellsNoUnit(Toy toy) : ToyConnector(toy)
{
    public override async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        [.. (await base.FindInstrumentsAsync(query, ct)).Select(instrument => instrument with { QuantityUnit = QuantityUnit.Unknown })];
}

internal sealed class DoesNotKnowItsSymbol(Toy toy) : ToyConnector(toy)
{
    public override async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        [.. (await base.FindInstrumentsAsync(query, ct)).Where(instrument => instrument.BrokerSymbol != query.Symbol)];
}

internal sealed class FindsAnything(Toy toy) : ToyConnector(toy)
{
    public override async Task<IReadOnlyList<Instrument>> FindInstrumentsAsync(InstrumentQuery query, CancellationToken ct) =>
        await base.FindInstrumentsAsync(query, ct) is { Count: > 0 } found
            ? found : await base.FindInstrumentsAsync(new InstrumentQuery(), ct);
}

internal sealed class TellsLocalTime(Toy toy) : ToyConnector(toy)
{
    public override async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct) =>
        await base.GetQuoteAsync(brokerSymbol, ct) is var quote ? quote with { At = quote.At.ToOffset(TimeSpan.FromHours(2)) } : quote;
}

internal sealed class UnknownIsTransient(Toy toy) : ToyConnector(toy)
{
    public override async Task<Quote> GetQuoteAsync(string brokerSymbol, CancellationToken ct)
    {
        try
        {
            return await base.GetQuoteAsync(brokerSymbol, ct);
        }
        catch (ConnectorException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Transient, e.Message, e);
        }
    }
}

internal sealed class OtherCurrency(Toy toy) : ToyConnector(toy)
{
    public override async Task<AccountSnapshot> GetAccountAsync(CancellationToken ct) =>
        await base.GetAccountAsync(ct) with { Currency = "EUR" };
}

internal sealed class DropsOurId(Toy toy) : ToyConnector(toy)
{
    protected override OrderReport Report(WireOrder order) => base.Report(order) with { ClientOrderId = null };
}

internal sealed class Rounds(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        base.PlaceAsync(
            order with { Quantity = Math.Floor(order.Quantity / order.Instrument.QuantityStep) * order.Instrument.QuantityStep }, ct);
}

internal sealed class DropsStops(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        base.PlaceAsync(order with { StopLoss = null }, ct);
}

internal sealed class StopsAreLimits(Toy toy) : ToyConnector(toy)
{
    protected override OrderReport Report(WireOrder order) =>
        base.Report(order) is { Type: OrderType.Stop } stop ? stop with { Type = OrderType.Limit } : base.Report(order);
}

internal sealed class PartIsAll(Toy toy) : ToyConnector(toy)
{
    protected override OrderReport Report(WireOrder order) =>
        base.Report(order) is { Status: OrderStatus.PartiallyFilled } part ? part with { Status = OrderStatus.Filled } : base.Report(order);
}

internal sealed class ChangesNothing(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> ModifyAsync(ModifyOrder change, CancellationToken ct) =>
        Task.FromResult<OrderOutcome>(new OrderOutcome.Accepted(change.Order.BrokerOrderId ?? ""));
}

internal sealed class LimitAtMarket(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        base.PlaceAsync(order.Price is null ? order with { Type = OrderType.Market } : order, ct);
}

internal sealed class CancelsById(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        order.BrokerOrderId is null ? Task.FromResult<OrderOutcome>(new OrderOutcome.NotSent("Which order?")) : base.CancelAsync(order, ct);
}

internal sealed class NotFoundIsRefused(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        await base.CancelAsync(order, ct) is var outcome && outcome is OrderOutcome.Unknown { BrokerOrderId: not null } unknown
            ? new OrderOutcome.Rejected(RejectReason.Other, "", unknown.Cause) : outcome;
}

internal sealed class CancelsFilled(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderOutcome> CancelAsync(OrderKey order, CancellationToken ct) =>
        await base.CancelAsync(order, ct) is var outcome && outcome is OrderOutcome.Rejected
            ? new OrderOutcome.Accepted(order.BrokerOrderId ?? "") : outcome;
}

internal sealed class ClosesAll(Toy toy) : ToyConnector(toy)
{
    public override Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        base.ClosePositionAsync(close with { Quantity = null }, ct);
}

internal sealed class OpensByClosing(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderOutcome> ClosePositionAsync(ClosePosition close, CancellationToken ct) =>
        await base.ClosePositionAsync(close, ct) is var outcome
        && outcome is OrderOutcome.Rejected { Reason: RejectReason.PositionNotFound }
            ? await PlaceAsync(new PlaceOrder { ClientOrderId = close.ClientOrderId, Instrument = close.Instrument, Side = Side.Sell,
                Type = OrderType.Market, Quantity = close.Instrument.MinQuantity }, ct)
            : outcome;
}

internal sealed class LiesAboutTheStore(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        var outcome = await base.PlaceAsync(order, ct);
        try
        {
            await Toy.Context.State.SetAsync("last", order.ClientOrderId, ct);
        }
        catch (IOException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        return outcome;
    }
}

internal sealed class BuysTwice(Toy toy) : ToyConnector(toy)
{
    public override async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct) =>
        await base.PlaceAsync(order, ct) is var outcome && outcome is OrderOutcome.Rejected { Reason: RejectReason.DuplicateClientOrderId }
            ? await base.PlaceAsync(order with { ClientOrderId = order.ClientOrderId[..^1] + "9" }, ct)
            : outcome;
}

internal sealed class MixesUp(Toy toy) : ToyConnector(toy)
{
    private readonly ConcurrentQueue<OrderOutcome> finished = new();
    private int running;

    public override async Task<OrderOutcome> PlaceAsync(PlaceOrder order, CancellationToken ct)
    {
        var alone = Interlocked.Increment(ref running) == 1;
        var outcome = await base.PlaceAsync(order, ct);
        finished.Enqueue(outcome);
        Interlocked.Decrement(ref running);
        return alone || !finished.TryPeek(out var first) ? outcome : first;
    }
}
