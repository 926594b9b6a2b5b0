using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>One answer for a signal that took several orders.</summary>
internal static class OrderViews
{
    /// <summary>
    /// The order of the signal with its legs: pending until the last has an outcome, unknown when one is, filled when all are. What was
    /// realised and filled is the sum. The legs of a reverse are its closes: the answer is the entry's own then.
    /// </summary>
    public static OrderView Combine(OrderRow order, IReadOnlyList<OrderRow> legs)
    {
        var own = order.ToView();
        if (legs.Count == 0) return own;
        IReadOnlyList<Guid> ids = [order.Id, .. legs.Select(leg => leg.Id)];
        if (order.Action == "reverse")
        {
            var isOut = order.Status == OrderRow.Rejected && legs.All(leg => leg.Status == OrderRow.Filled);
            return own with
            {
                OrderIds = ids,
                RejectReason = isOut
                    ? $"{own.RejectReason?.TrimEnd('.')}. What was open is closed; nothing was entered." : own.RejectReason,
                Pnl = Sum(legs, leg => leg.Pnl),
                GrossPnl = Sum(legs, leg => leg.GrossPnl),
            };
        }
        IReadOnlyList<OrderRow> all = [order, .. legs];
        var failed = all.FirstOrDefault(
            one => one.Status is OrderRow.Rejected or OrderRow.Canceled && one.RejectCode is not OrderCodes.NothingToClose);
        var status =
            all.Any(one => one.Status is OrderRow.Pending or OrderRow.Sending) ? OrderRow.Pending
            : all.Any(one => one.Status == OrderRow.Unknown) ? OrderRow.Unknown
            : failed is null ? all.Any(one => one.Status == OrderRow.Working) ? OrderRow.Working : own.Status
            : all.Any(one => one.FilledQty > 0) ? OrderRow.PartiallyFilled
            : failed.Status;
        return own with
        {
            Status = status,
            OrderIds = ids,
            RejectCode = failed?.RejectCode,
            RejectReason = failed is null ? null : $"{all.Count(one => one.Status is OrderRow.Rejected or OrderRow.Canceled)} of {all.Count} orders failed: {failed.RejectReason}",
            FilledQty = all.Sum(one => one.FilledQty),
            Pnl = Sum(all, one => one.Pnl),
            GrossPnl = Sum(all, one => one.GrossPnl),
        };
    }

    private static decimal? Sum(IReadOnlyList<OrderRow> orders, Func<OrderRow, decimal?> amount) =>
        orders.Any(order => amount(order) is not null) ? orders.Sum(order => amount(order) ?? 0) : null;
}
