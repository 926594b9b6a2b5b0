using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Cancels the working orders of a symbol, those of one side where it is named, or one order by name; the stops of open positions stay. It
/// opens nothing however often it is sent, so after a crash it simply runs again. The request ends as CANCELED without a code when all that
/// was working is canceled.
/// </summary>
internal sealed class CancelExit(IInstruments instruments, OrderStore store, OrderEnding ending, Aftermath aftermath, SendOnce send)
{
    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        var intent = order.Intent;
        var targets = intent.OrderId is { } named ? await NamedAsync(lane, named, ct) : await WorkingAsync(lane, session, order, ct);
        if (targets.Count == 0) return await ending.CancelAsync(lane, order, OrderCodes.NothingToCancel, "Nothing was working.");
        var resolved =
            new ResolvedOrder { BrokerSymbol = targets[0].BrokerSymbol, Qty = order.Qty, Side = order.Side, PositionQty = targets.Count };
        return await send.RunAsync(lane, order, resolved, deadline => CancelAllAsync(lane, session, order, targets, deadline));
    }

    /// <summary>The broker's working orders of the symbol of <paramref name="order"/>, without stops and targets of positions.</summary>
    public async Task<List<OrderKey>> WorkingAsync(Lane lane, AccountSession session, OrderRow order, CancellationToken ct)
    {
        List<OrderKey> found = [];
        // A strategy cancels its own: those of others in the symbol are not its business.
        var own = order.Strategy is { } strategy
            ? await store.ListAsync(lane.AccountId.Value,
                $"o.status in ('WORKING', 'PARTIALLY_FILLED', 'UNKNOWN') and o.strategy_id = '{strategy.Id}'", ct)
            : null;
        foreach (var working in (await session.Connector.GetStateAsync(new StateWindow { IsForExit = true }, ct)).OpenOrders
            .Where(working => !working.IsProtection))
        {
            var instrument = (await instruments.FindAsync(lane.Tenant, lane.AccountId, working.BrokerSymbol, ct)).Instrument;
            if (order.Symbol.Length > 0
                && !SignalSymbol.Means(lane.Account.Symbols.Map(order.Symbol).Symbol, instrument, working.BrokerSymbol)
                && !SignalSymbol.Means(order.Symbol, instrument, working.BrokerSymbol)) continue;
            if (own?.Exists(row => row.ClientOrderId == working.ClientOrderId || row.BrokerOrderId == working.BrokerOrderId) == false)
                continue;
            if (order.Intent.Side is { } side && working.Side != (side == TradeSide.Buy ? Side.Buy : Side.Sell)) continue;
            found.Add(new OrderKey
            {
                ClientOrderId = working.ClientOrderId ?? "", BrokerOrderId = working.BrokerOrderId, BrokerSymbol = working.BrokerSymbol,
                SentAt = working.CreatedAt,
            });
        }
        return found;
    }

    /// <summary>True while something that the cancel was for is working.</summary>
    public async Task<bool> StillWorkingAsync(Lane lane, AccountSession session, OrderRow order, CancellationToken ct)
    {
        var working = await WorkingAsync(lane, session, order, ct);
        if (order.Intent.OrderId is not { } named) return working.Count > 0;
        return await store.FindAsync(named, ct) is { } row
            && working.Any(one => one.ClientOrderId == row.ClientOrderId || one.BrokerOrderId == row.BrokerOrderId);
    }

    private async Task<List<OrderKey>> NamedAsync(Lane lane, Guid id, CancellationToken ct)
    {
        var row = await store.FindAsync(id, ct);
        if (row is null || row.AccountId != lane.AccountId.Value || row.Status is not (OrderRow.Working or OrderRow.PartiallyFilled))
            throw new RefusedException(OrderCodes.NotWorking, "The order is not working any more.", "order_id");
        return [row.Key];
    }

    private async Task<OrderOutcome> CancelAllAsync(
        Lane lane, AccountSession session, OrderRow order, List<OrderKey> targets, CancellationToken ct)
    {
        OrderOutcome? bad = null;
        foreach (var target in targets)
        {
            var outcome = await session.Connector.CancelAsync(target, ct);
            var now = outcome is OrderOutcome.NotSent ? null : await LookAsync(session, target, ct);
            await NoteAsync(lane, target, outcome, now);
            // The order's own state says more than the answer to the cancel: "not found" may mean filled, or canceled a moment ago.
            if (outcome is OrderOutcome.Accepted || now?.Status is OrderStatus.Canceled) continue;
            bad = now?.Status == OrderStatus.Filled
                ? new OrderOutcome.Rejected(RejectReason.Other, "", "The order was filled before it could be canceled.")
                : bad is OrderOutcome.Unknown ? bad : outcome;
        }
        return bad ?? new OrderOutcome.Accepted(targets[0].BrokerOrderId ?? "", new OrderReport
        {
            BrokerOrderId = targets[0].BrokerOrderId ?? "",
            BrokerSymbol = targets[0].BrokerSymbol ?? order.Symbol,
            Side = Side.Unknown,
            Status = OrderStatus.Canceled,
            Quantity = 0,
        });
    }

    private static async Task<OrderReport?> LookAsync(AccountSession session, OrderKey target, CancellationToken ct)
    {
        try
        {
            return await session.Connector.FindOrderAsync(target, ct) is OrderLookup.Found found ? found.Report : null;
        }
        catch (ConnectorException)
        {
            // The answer to the cancel stands on its own.
            return null;
        }
    }

    // The row of the order that was canceled, when it is one of ours.
    private async Task NoteAsync(Lane lane, OrderKey target, OrderOutcome outcome, OrderReport? now)
    {
        if (outcome is not OrderOutcome.Accepted && now?.Status is not (OrderStatus.Canceled or OrderStatus.Filled)) return;
        var known = now is { Status: OrderStatus.Canceled or OrderStatus.Filled or OrderStatus.PartiallyFilled or OrderStatus.Rejected };
        foreach (var row in await store.ListAsync(lane.AccountId.Value, "o.status in ('WORKING', 'PARTIALLY_FILLED')",
            CancellationToken.None))
        {
            if (row.ClientOrderId != target.ClientOrderId && (row.BrokerOrderId is null || row.BrokerOrderId != target.BrokerOrderId))
                continue;
            var settlement = known && now!.Status != OrderStatus.PartiallyFilled // known says that now is there
                ? Settlements.From(now, "canceled")
                : new Settlement(OrderRow.Canceled) { Filled = now?.FilledQuantity, AvgPrice = now?.AveragePrice, Event = "canceled" };
            await aftermath.TellAsync(lane, await send.SettleAsync(row, settlement));
        }
    }
}
