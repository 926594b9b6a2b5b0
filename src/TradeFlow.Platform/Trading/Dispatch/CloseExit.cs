using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Closes and flattens. The signal's own order closes the first position; every further one gets an order of its own, which runs in the same turn of
/// the lane, so that each close has its own outcome and a crash between two loses none.
/// </summary>
internal sealed class CloseExit(OpenPositions positions, OrderStore store, PositionStore book, SendOnce send, FillWatch fills, TimeProvider clock)
{
    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        var intent = order.Intent;
        var position = intent.BrokerPositionId;
        if (position is null && (intent.PositionId ?? order.PositionId) is { } named)
        {
            position = await book.BrokerIdOfOpenAsync(lane.AccountId.Value, named, ct)
                ?? throw new RefusedException(OrderCodes.PositionClosed, "The position is closed already.", "position_id");
        }

        var open = await positions.FindAsync(lane, session, order, intent, position, ct);
        var legs = order.ParentId is null && position is null ? await store.LegsAsync(order.Id, ct) : [];
        // After a crash between the legs and this order: what a leg is for is not planned again.
        open.RemoveAll(target => legs.Any(leg => leg.Intent.BrokerPositionId == target.Position.BrokerPositionId));
        var qty = Quantity(lane, intent, open) - legs.Where(leg => leg.Status is not (OrderRow.Rejected or OrderRow.Canceled)).Sum(leg => leg.Qty ?? 0);
        var targets = OpenPositions.Take(open, qty);
        if (targets.Count == 0)
        {
            var closed = position is not null && order.ParentId is null;
            if (closed) throw new RefusedException(OrderCodes.PositionClosed, "The position is closed already.", "position_id");
            await store.RefuseAsync(order.Id, lane.Worker, OrderRow.Canceled, OrderCodes.NothingToClose, "Nothing was open.", null, ct);
            return await store.FindAsync(order.Id, ct);
        }
        foreach (var target in targets.Skip(1)) await AddLegAsync(lane, order, target, ct);
        return await CloseAsync(lane, order, session, targets[0]);
    }

    /// <summary>Gives a position an order of its own, to run in the turn of the signal.</summary>
    public async Task AddLegAsync(Lane lane, OrderRow order, CloseTarget target, CancellationToken ct)
    {
        var part = target.Quantity < target.Position.Quantity ? target.Quantity : (decimal?)null;
        var leg = new TradeIntent { Action = TradeAction.Close, Symbol = target.Instrument.Symbol, Qty = part, BrokerPositionId = target.Position.BrokerPositionId, Price = SignalPrice(order, target.Instrument) };
        var ours = await book.OpenIdOfAsync(lane.AccountId.Value, target.Position.BrokerPositionId, ct);
        await store.AddLegAsync(order, new OrderId(NewId.At(clock)), "close", target.Instrument.Symbol, leg, ours, ct);
    }

    private async Task<OrderRow?> CloseAsync(Lane lane, OrderRow order, AccountSession session, CloseTarget target)
    {
        var (position, instrument, qty) = target;
        var all = qty >= position.Quantity;
        var resolved = new ResolvedOrder
        {
            BrokerSymbol = instrument.BrokerSymbol,
            Side = position.Side == Side.Buy ? "SELL" : "BUY",
            Qty = qty,
            BrokerPositionId = position.BrokerPositionId,
            PositionId = await book.OpenIdOfAsync(lane.AccountId.Value, position.BrokerPositionId, CancellationToken.None),
            PositionQty = position.Quantity,
            Symbol = order.Symbol.Length == 0 || order.Action == "flatten" ? instrument.Symbol : null,
        };
        var close = new ClosePosition
        {
            ClientOrderId = order.ClientOrderId,
            BrokerPositionId = position.BrokerPositionId,
            Instrument = instrument,
            PositionSide = position.Side,
            Quantity = all ? null : qty,
            ReferencePrice = session.Manifest.Capabilities.FillsAtReferencePrice ? SignalPrice(order, instrument) : null,
        };
        var row = await send.RunAsync(lane, order, resolved, deadline => session.Connector.ClosePositionAsync(close, deadline));
        // The share of the open profit, for brokers that never say what a close realised.
        var floating = position.UnrealizedPnl is { } pnl ? Math.Round(pnl * qty / position.Quantity, 2) : (decimal?)null;
        if (row is { Status: OrderRow.Working or OrderRow.PartiallyFilled }) row = await fills.OfCloseAsync(row, session, floating);
        if (row is not { Status: OrderRow.Filled }) return row;
        if (row.Pnl is null)
        {
            var computed = row.AvgPrice is { } exit ? AccountMoney.Profit(instrument, lane.Account.Currency, position.Side, position.AveragePrice, exit, qty) : null;
            if ((computed ?? floating) is { } profit) row = await book.NotePnlAsync(row, profit, CancellationToken.None);
        }
        return row;
    }

    // A price belongs to the symbol that the signal names, and that of a limit entry is no price of now: all else closes at its own market.
    private static decimal? SignalPrice(OrderRow order, Instrument instrument) =>
        order.Intent.Type == TradeType.Market && Symbols.Same(instrument.Symbol, order.Symbol) ? order.Intent.Price : null;

    private static decimal? Quantity(Lane lane, TradeIntent intent, List<CloseTarget> open)
    {
        if (intent.Action == TradeAction.Flatten || intent.Qty is not { } qty) return null;
        if (open.Count == 0) return qty;
        var instrument = open[0].Instrument;
        var mine = intent.PositionId is not null || intent.BrokerPositionId is not null;
        if (!mine) qty *= lane.Account.Symbols.Map(intent.Symbol).Factor;
        if (!Grid.Fits(qty, instrument.QuantityStep)) throw new RefusedException(OrderCodes.SignalInvalid, OrderSize.OffStep(qty, instrument), mine ? "qty" : "intent.qty");
        // A signal speaks in its sender's size, as its entry did; a person names the account's own.
        var scaled = mine || lane.Account.Multiplier == 1 ? qty : Grid.Down(qty * lane.Account.Multiplier, instrument.QuantityStep);
        return scaled >= instrument.MinQuantity
            ? scaled
            : throw new RefusedException(OrderCodes.BelowMinimum, $"The quantity comes out at {scaled:0.########}; the smallest order of {instrument.Symbol} is {instrument.MinQuantity:0.########}.", "intent.qty");
    }
}
