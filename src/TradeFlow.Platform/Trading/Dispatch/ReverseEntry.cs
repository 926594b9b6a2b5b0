using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Closes what is open in the symbol, waits until the broker shows it flat, then enters. The closes are legs with rows of their own, the
/// entry is the signal's order and stays pending until then: after a crash at any point the rows tell what is left to do, and no step runs
/// twice.
/// </summary>
internal sealed class ReverseEntry(OpenPositions positions, CloseExit closes, OpenEntry entry, OrderStore store, TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(150);

    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    /// <param name="shown">What the broker shows, where it was read in this turn.</param>
    public async Task<OrderRow?> RunAsync(
        Lane lane, OrderRow order, AccountSession session, IReadOnlyList<PositionReport>? shown, CancellationToken ct)
    {
        var legs = await store.LegsAsync(order.Id, ct);
        if (legs.FirstOrDefault(leg => leg.Status == OrderRow.Rejected) is { } failed)
            throw new RefusedException(failed.RejectCode ?? OrderCodes.BrokerRejected,
                $"The open position could not be closed: {failed.RejectReason}", "intent.action");
        if (order.ValidUntil < clock.GetUtcNow())
        {
            throw legs.Count == 0
                ? new RefusedException(OrderCodes.SignalExpired, "The signal is too old; nothing was sent.", "time")
                : new RefusedException(OrderCodes.NotFlat, "What was open did not close in time, so the new position was not entered.",
                    "intent.action");
        }
        if (legs.Any(leg => leg.Status is not (OrderRow.Filled or OrderRow.Canceled))) return Later(lane, order);

        shown ??= await positions.ReadAsync(lane, session, isForExit: legs.Count == 0, ct);
        var open = await positions.MeantAsync(lane, order, order.Intent, null, shown, [], ct);
        var unplanned = open.Where(target => legs.All(leg => leg.Intent.BrokerPositionId != target.Position.BrokerPositionId)).ToList();
        if (unplanned.Count > 0)
        {
            List<(OrderRow Leg, CloseTarget Target)> closing = [];
            foreach (var target in unplanned)
                if (await store.FindAsync(await closes.AddLegAsync(lane, order, target, ct), ct) is { } leg) closing.Add((leg, target));
            await closes.CloseLegsAsync(lane, closing, session);
            return null; // the lane looks at what became of them, and at what has come meanwhile
        }
        if (open.Count > 0) return Later(lane, order);

        var before = legs.Where(leg => leg.Status == OrderRow.Filled).Sum(leg => leg.Qty ?? 0);
        if (before == 0 && order.Intent is { Qty: null, Size: null })
            throw new RefusedException(OrderCodes.SignalInvalid, "Nothing is open whose size could be taken over: give a qty.",
                "intent.qty");
        return await entry.RunAsync(lane, order, session, before, ct);
    }

    /// <summary>
    /// Something keeps it from entering: what is open on the other side is closed all the same. What is open on the side that it asks for
    /// stays.
    /// </summary>
    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> GetOutAsync(Lane lane, OrderRow order, AccountSession session, EntryRefusal refusal, CancellationToken ct)
    {
        var exit = order.Intent with
        {
            Action = TradeAction.Close, Side = order.Intent.Side == TradeSide.Buy ? TradeSide.Sell : TradeSide.Buy, Qty = null, Size = null,
        };
        var shown = await positions.ReadAsync(lane, session, isForExit: true, ct);
        if ((await positions.MeantAsync(lane, order, exit, null, shown, [], ct)).Count == 0)
            throw new RefusedException(refusal.Code, refusal.Error, new Dictionary<string, string[]>());
        return await closes.RunAsync(lane, order with { IntentJson = exit.ToJson() }, session, shown, ct);
    }

    private OrderRow? Later(Lane lane, OrderRow order)
    {
        lane.Defer(order.Id, clock.GetUtcNow() + LookAgain);
        return null;
    }
}
