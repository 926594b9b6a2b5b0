using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Brokers that answer with an id only: looks a few times, quickly, so that the sender hears of the fill. After that the sync finds it.
/// </summary>
internal sealed partial class FillWatch(SendOnce send, TimeProvider clock, ILogger<FillWatch> log)
{
    private static readonly int[] Pauses = [15, 45, 100, 190, 350, 500, 300];

    public Task<OrderRow> OfOrderAsync(OrderRow row, AccountSession session) => WatchAsync(row, ct => LookUpAsync(row, session, ct));

    /// <summary>A close shows in its own order or in the position that it shrinks.</summary>
    /// <param name="reckon">What a quantity earned that was closed at a price, where the broker does not say it.</param>
    public Task<OrderRow> OfCloseAsync(OrderRow row, AccountSession session, Func<decimal?, decimal, decimal?> reckon) =>
        WatchAsync(row, ct => FindCloseAsync(row, session, reckon, ct));

    private static async Task<Settlement?> FindCloseAsync(
        OrderRow row, AccountSession session, Func<decimal?, decimal, decimal?> reckon, CancellationToken ct)
    {
        if (await LookUpAsync(row, session, ct) is { Status: OrderRow.Filled } found)
        {
            var profit = found.Pnl ?? reckon(found.AvgPrice, found.Filled ?? 0);
            return found with { Pnl = profit, GrossPnl = found.GrossPnl ?? profit };
        }
        var window = new StateWindow { Since = row.SentAt, IsForExit = true, PositionsOnly = true };
        var state = await session.Connector.GetStateAsync(window, ct);
        var left = state.Positions.Where(position => position.BrokerPositionId == row.BrokerPositionId).Sum(position => position.Quantity);
        return left <= (row.PositionQty ?? 0) - (row.Qty ?? 0)
            ? new Settlement(OrderRow.Filled) { Filled = row.Qty, Pnl = reckon(null, row.Qty ?? 0), Event = "seen_closed" }
            : null;
    }

    private static async Task<Settlement?> LookUpAsync(OrderRow row, AccountSession session, CancellationToken ct) =>
        await session.Connector.FindOrderAsync(row.Key,
            ct) is OrderLookup.Found { Report: { Status: not (OrderStatus.Working or OrderStatus.Unknown) } report }
            ? Settlements.From(report, "filled")
            : null;

    private async Task<OrderRow> WatchAsync(OrderRow row, Func<CancellationToken, Task<Settlement?>> look)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(1500), clock);
        try
        {
            foreach (var pause in Pauses)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pause), clock, deadline.Token);
                if (await look(deadline.Token) is not { } seen) continue;
                row = await send.SettleAsync(row, seen);
                if (row.IsTerminal) return row;
            }
        }
        catch (Exception e)
        {
            // The broker has taken the order, and that is what its sender must hear; the sync follows it from here.
            if (e is not (ConnectorException or OperationCanceledException)) LogFault(e, row.Id);
        }
        return row;
    }

    [LoggerMessage(4024, LogLevel.Error, "The fill of order {OrderId} could not be watched")]
    private partial void LogFault(Exception e, Guid orderId);
}
