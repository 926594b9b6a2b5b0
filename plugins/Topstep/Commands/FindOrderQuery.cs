using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>
/// What became of an order: by the gateway's id or by our customTag, among the open and closed orders since it was sent. A close carries no tag;
/// <see cref="CloseNotes"/> knows its order.
/// </summary>
internal static class FindOrderQuery
{
    // Reported live: fills were seen late. Nothing is called absent before this time after it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    // An order is listed at once as a rule; a close that is not by then is looked for among the trades.
    private static readonly TimeSpan Listed = TimeSpan.FromMilliseconds(500);

    // Clocks differ; an earlier start costs nothing.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public static async Task<OrderLookup> RunAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        var asked = session.Clock.GetUtcNow();
        var note = session.Closes.Find(key.ClientOrderId);
        var sentAt = key.SentAt ?? note?.SentAt;
        var orders = await session.Calls.OrdersAsync((sentAt ?? asked - TimeSpan.FromDays(2)) - Margin, ct);
        session.Sightings.See(orders);
        if (Choose(session, key, note, orders) is { } found) return new OrderLookup.Found(await ReportAsync(session, found, note, ct));
        if (note is not null && asked - note.SentAt >= Listed && await OfTradesAsync(session, note, orders, ct) is { } unlisted) return new OrderLookup.Found(await ReportAsync(session, unlisted, note, ct));
        return new OrderLookup.Absent(sentAt is { } sent && asked - sent >= Settle);
    }

    /// <summary>The report of an order, with what it earned when it closed something.</summary>
    public static async Task<OrderReport> ReportAsync(AccountSession session, WireOrder order, CloseNote? note, CancellationToken ct)
    {
        var report = Reports.OfOrder(order, note?.PositionId, isProtection: false) with { ClientOrderId = note?.ClientOrderId ?? order.CustomTag };
        if (report.FilledQuantity == 0) return report;
        IReadOnlyList<WireTrade> trades;
        try
        {
            var since = (order.CreationTimestamp ?? session.Clock.GetUtcNow()) - Margin;
            trades = await session.Calls.TradesAsync(since, ct);
        }
        catch (ConnectorException)
        {
            // That it is filled must not be hidden by a profit that cannot be told.
            return report;
        }
        session.Sightings.See(trades);
        var own = trades.Where(trade => trade.OrderId == order.Id && trade.Voided is not true).ToList();
        var closing = own.Where(trade => trade.ProfitAndLoss is not null).ToList();
        return report with
        {
            AveragePrice = report.AveragePrice ?? (own.Count > 0 ? own.Sum(trade => trade.Price * trade.Size) / own.Sum(trade => trade.Size) : null),
            BrokerPositionId = report.BrokerPositionId ?? own.Select(session.Sightings.PositionOf).FirstOrDefault(id => id is not null),
            GrossPnl = closing.Count > 0 ? closing.Sum(trade => trade.ProfitAndLoss) : null,
            RealizedPnl = closing.Count > 0 ? closing.Sum(trade => Reports.NetOf(trade, session.Sightings.OpeningFeePerContract(trade.ContractId))) : null,
        };
    }

    // No source says that a close is listed as an order at all; that it leaves trades is sure.
    private static async Task<WireOrder?> OfTradesAsync(AccountSession session, CloseNote note, IReadOnlyList<WireOrder> orders, CancellationToken ct)
    {
        var trades = await session.Calls.TradesAsync(note.SentAt - Margin, ct);
        session.Sightings.See(trades);
        return session.Closes.Claim(note.ClientOrderId, trades.ExceptBy(orders.Select(order => order.Id), trade => trade.OrderId));
    }

    private static WireOrder? Choose(AccountSession session, OrderKey key, CloseNote? note, IReadOnlyList<WireOrder> orders)
    {
        if (key.BrokerOrderId is { } id && orders.FirstOrDefault(order => Wires.IdOf(order.Id) == id) is { } known) return known;
        return note is not null ? session.Closes.Claim(note.ClientOrderId, orders) : orders.Where(order => order.CustomTag == key.ClientOrderId).MinBy(order => order.Id);
    }
}
