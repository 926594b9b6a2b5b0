using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Reconcile;

/// <summary>What one look at the broker says of an order.</summary>
/// <param name="Settled">It is there, or what it was to do is done.</param>
/// <param name="IsAbsent">This look proves that it is not there; one look alone is not believed.</param>
internal sealed record Sighting(Settlement? Settled, bool IsAbsent);

/// <summary>Looks for the traces that an order would have left.</summary>
internal sealed class Evidence(CancelExit cancels, ProtectExit protects)
{
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    public async Task<Sighting> FindAsync(Lane lane, AccountSession session, OrderRow row, CancellationToken ct)
    {
        if (row.Action == "cancel") return await OfCancelAsync(lane, session, row, ct);
        if (row.Action == "modify")
        {
            return await protects.IsDoneAsync(lane, row, session, ct)
                ? new Sighting(new Settlement(OrderRow.Filled) { Event = "found_changed" }, false)
                : new Sighting(null, true);
        }
        var lookup = await session.Connector.FindOrderAsync(row.Key, ct);
        if (lookup is OrderLookup.Found found) return new Sighting(Settlements.From(found.Report, "found"), false);
        var state =
            await session.Connector.GetStateAsync(new StateWindow { Since = row.SentAt?.AddMinutes(-1), IsForExit = !row.IsEntry }, ct);
        if (state.OpenOrders.FirstOrDefault(order => order.ClientOrderId == row.ClientOrderId) is { } open)
            return new Sighting(Settlements.From(open, "found"), false);
        if (row is { IsEntry: false, BrokerPositionId: not null, PositionQty: not null }) return OfClose(row, state);
        if (state.Positions.FirstOrDefault(position => position.ClientOrderId == row.ClientOrderId) is { } position)
        {
            return new Sighting(new Settlement(position.Quantity >= row.Qty ? OrderRow.Filled : OrderRow.PartiallyFilled)
            {
                BrokerPositionId = position.BrokerPositionId,
                Filled = position.Quantity,
                AvgPrice = position.AveragePrice,
                Taken = true,
                Event = "found",
            }, false);
        }
        return new Sighting(null, lookup is OrderLookup.Absent { Conclusive: true });
    }

    // A close need not show under our id anywhere; the position that it shrinks does. A position that is still whole, twice, was not closed
    // by it.
    private static Sighting OfClose(OrderRow row, BrokerState state)
    {
        var left = state.Positions.Where(position => position.BrokerPositionId == row.BrokerPositionId).Sum(position => position.Quantity);
        return left <= row.PositionQty - row.Qty
            ? new Sighting(new Settlement(OrderRow.Filled) { Filled = row.Qty, Event = "found_closed" }, false)
            : new Sighting(null, left == row.PositionQty);
    }

    private async Task<Sighting> OfCancelAsync(Lane lane, AccountSession session, OrderRow row, CancellationToken ct)
    {
        var working = await cancels.StillWorkingAsync(lane, session, row, ct);
        return working ? new Sighting(null, true) : new Sighting(new Settlement(OrderRow.Canceled) { Event = "found_canceled" }, false);
    }
}
