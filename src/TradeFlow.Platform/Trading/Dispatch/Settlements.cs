using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>What an outcome or a report means for the row.</summary>
internal static class Settlements
{
    public static Settlement From(OrderOutcome outcome) => outcome switch
    {
        OrderOutcome.Accepted accepted => From(accepted),
        // The broker knows the id: the first attempt arrived after all. Which state it is in, the look-up tells.
        OrderOutcome.Rejected { Reason: RejectReason.DuplicateClientOrderId } twice => Unknown(twice.BrokerText, null),
        OrderOutcome.Rejected rejected => new Settlement(OrderRow.Rejected)
        {
            Code = OrderCodes.BrokerRejected,
            Reason = rejected.BrokerText,
            Detail = rejected.BrokerCode.Length > 0 ? $"{rejected.BrokerCode}: {rejected.BrokerText}" : rejected.BrokerText,
        },
        OrderOutcome.NotSent unsent =>
            new Settlement(OrderRow.Rejected) { Code = OrderCodes.BrokerUnreachable, Reason = unsent.Why, Detail = unsent.Why },
        OrderOutcome.Unknown unknown => Unknown(unknown.Cause, unknown.BrokerOrderId),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static Settlement Unknown(string cause, string? brokerOrderId) =>
        new(OrderRow.Unknown) { BrokerOrderId = brokerOrderId, Event = "unknown", Detail = cause };

    private static Settlement From(OrderOutcome.Accepted accepted) => accepted.Report is { } report
        ? From(report) with { BrokerOrderId = accepted.BrokerOrderId }
        : new Settlement(OrderRow.Working) { BrokerOrderId = accepted.BrokerOrderId, Taken = true };

    public static Settlement From(OrderReport report, string happened = "outcome")
    {
        var known = new Settlement(report.Status switch
        {
            OrderStatus.Filled => OrderRow.Filled,
            OrderStatus.PartiallyFilled => OrderRow.PartiallyFilled,
            OrderStatus.Canceled => OrderRow.Canceled,
            OrderStatus.Rejected => OrderRow.Rejected,
            // A word that the connector does not know: the broker has the order, more is not said.
            _ => report.FilledQuantity > 0 ? OrderRow.PartiallyFilled : OrderRow.Working,
        })
        {
            BrokerOrderId = report.BrokerOrderId,
            BrokerPositionId = report.BrokerPositionId,
            Filled = report.FilledQuantity,
            AvgPrice = report.AveragePrice,
            Pnl = report.RealizedPnl,
            GrossPnl = report.GrossPnl,
            Taken = report.Status != OrderStatus.Rejected,
            Event = happened,
        };
        return report.Status == OrderStatus.Rejected
            ? known with
            {
                Code = OrderCodes.BrokerRejected, Reason = report.RejectText ?? "The broker refused the order.", Detail = report.RejectText
            }
            : known;
    }
}
