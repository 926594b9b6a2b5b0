using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>
/// The order that is a close of ours. TradeLocker takes no id of ours with a close, so it is known by its position, side, quantity and
/// time.
/// </summary>
internal static class ClosingOrders
{
    private static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    // Only a filled row is certain to be the one: the broker tries at once and, when that fails, again with a second order.
    private static readonly CloseMatch<OrderRow> Match = new(row => row.Id, Fits, row => row.IsFinal && OrderReports.FilledOf(row) > 0);

    public static Task<OrderRow?> ClaimAsync(AccountSession session, SentClose close, IEnumerable<OrderRow> rows, CancellationToken ct) =>
        session.Closes.ClaimAsync(close, rows.OrderBy(Likeliness).ThenBy(row => row.Created), Match, ct);

    private static int Likeliness(OrderRow row) => OrderReports.FilledOf(row) > 0 ? 0 : row.IsFinal ? 2 : 1;

    private static bool Fits(SentClose close, OrderRow row) =>
        row.PositionId == close.PositionId
        && row.Side != close.PositionSide
        && !close.Legs.Contains(row.Id)
        && (row.Created is not { } created || created >= close.SentAt - ClockError)
        && (close.Quantity is not { } quantity || row.Qty == quantity);
}
