using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>Brokers that answer with an id only: looks a few times, quickly, so that the sender hears of the fill. After that the sync finds it.</summary>
internal sealed class FillWatch(SendOnce send, TimeProvider clock)
{
    private static readonly int[] Pauses = [15, 45, 100, 190, 350, 500, 300];

    public Task<OrderRow> OfOrderAsync(OrderRow row, AccountSession session) => WatchAsync(row, ct => LookUpAsync(row, session, ct));

    /// <summary>A close shows in its own order or in the position that it shrinks.</summary>
    public Task<OrderRow> OfCloseAsync(OrderRow row, AccountSession session, decimal? pnlIfGone) => WatchAsync(row, async ct =>
    {
        if (await LookUpAsync(row, session, ct) is { Status: OrderRow.Filled } found) return found;
        var state = await session.Connector.GetStateAsync(new StateWindow { Since = row.SentAt, IsForExit = true, PositionsOnly = true }, ct);
        var left = state.Positions.Where(position => position.BrokerPositionId == row.BrokerPositionId).Sum(position => position.Quantity);
        return left <= (row.PositionQty ?? 0) - (row.Qty ?? 0)
            ? new Settlement(OrderRow.Filled) { Filled = row.Qty, Pnl = pnlIfGone, Event = "seen_closed" }
            : null;
    });

    private static async Task<Settlement?> LookUpAsync(OrderRow row, AccountSession session, CancellationToken ct) =>
        await session.Connector.FindOrderAsync(row.Key, ct) is OrderLookup.Found { Report: { Status: not (OrderStatus.Working or OrderStatus.Unknown) } report }
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
        catch (Exception e) when (e is ConnectorException or OperationCanceledException)
        {
            // The broker has taken the order; the sync follows it from here.
        }
        return row;
    }
}
