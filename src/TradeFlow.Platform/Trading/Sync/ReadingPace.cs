using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// When the broker is read after an order of ours. At once, unless the answer told all that a reading could: then never where the broker
/// pushes, and else at the connector's own pace, once for all entries of that time.
/// </summary>
internal sealed class ReadingPace
{
    private ConnectorManifest? manifest;
    private bool isDue;

    /// <summary>The connector that the account is read with.</summary>
    public void Is(ConnectorManifest connector) => manifest = connector;

    /// <param name="readings">Rung when it is to be read.</param>
    public void After(OrderRow order, Wake readings, TimeProvider clock)
    {
        if (manifest is not { } connector || !IsToldInFull(order)) readings.Ring();
        else if (connector.Capabilities.Stream != "push" && !isDue)
            _ = LaterAsync(TimeSpan.FromSeconds(connector.Poll.BusySeconds), readings, clock);
    }

    private async Task LaterAsync(TimeSpan pause, Wake readings, TimeProvider clock)
    {
        isDue = true;
        await Task.Delay(pause, clock);
        isDue = false;
        readings.Ring();
    }

    // What it has opened is booked as the answer says. What it has closed of something else realised a profit, which no answer to an entry
    // tells.
    private static bool IsToldInFull(OrderRow order) =>
        order is { IsEntry: true, Status: OrderRow.Filled, IsBooked: true, AvgPrice: not null } && order.FilledQty == order.Qty
        && (order.PositionQty ?? 0) * (order.Side == "BUY" ? 1 : -1) >= 0;
}
