using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>The report of an order that closes, with what it earned.</summary>
internal static class ClosingReports
{
    public static async Task<OrderReport> OfAsync(
        AccountSession session, SentClose note, OrderRow row, IEnumerable<OrderRow> around, CancellationToken ct)
    {
        var listing = await session.Catalogue.FindAsync(row.TradableId, ct);
        var report = OrderReports.Of(row, listing?.Name ?? $"#{row.TradableId}",
            isProtection: false) with { ClientOrderId = note.ClientOrderId };
        var filled = OrderReports.FilledOf(row);
        if (filled == 0 || listing is null) return report;

        var entry = note.Entry ?? around.FirstOrDefault(
            other => other.PositionId == note.PositionId && other.Side == note.PositionSide && other.IsOpen is not false)?.AvgPrice;
        var profit = await ProfitAsync(session, listing, note, entry, row.AvgPrice, filled, ct);
        return report with { GrossPnl = profit, RealizedPnl = profit };
    }

    // A profit that cannot be told must not hide that the position is closed.
    private static async Task<decimal?> ProfitAsync(
        AccountSession session, Listing listing, SentClose note, decimal? entry, decimal? exit, decimal filled, CancellationToken ct)
    {
        try
        {
            return await session.Profits.OfAsync(await session.Catalogue.DetailsAsync(listing, ct), note.PositionSide, entry,
                exit, filled, ct);
        }
        catch (ConnectorException)
        {
            return null;
        }
    }
}
