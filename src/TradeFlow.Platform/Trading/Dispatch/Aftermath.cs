using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// What follows an outcome: one that is unknown is looked up, the positions are told, and only then the order, so that who hears of a fill
/// finds it there.
/// </summary>
internal sealed partial class Aftermath(PositionSync positions, OrderAnnouncer announcer, ILogger<Aftermath> log)
{
    public async Task TellAsync(Lane lane, OrderRow row)
    {
        if (row.Status == OrderRow.Unknown)
        {
            LogUnknown(row.Id);
            lane.Reconcile.Ring();
        }
        await positions.AfterOrderAsync(lane, row);
        await announcer.AnnounceAsync(row, CancellationToken.None);
    }

    [LoggerMessage(4020, LogLevel.Warning, "Outcome of order {OrderId} is unknown: it is looked up, never sent again")]
    private partial void LogUnknown(Guid orderId);
}
