using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary>
/// What became of an order: by the gateway's id or by our customTag, among the open and closed orders since it was sent. A close carries no
/// tag; <see cref="ClosingOrders"/> knows its order.
/// </summary>
internal static class FindOrderQuery
{
    // Reported live: fills were seen late. Nothing is called absent before this time after it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    // An order is listed at once as a rule; a close that is not by then is looked for among the trades.
    private static readonly TimeSpan Listed = TimeSpan.FromMilliseconds(500);

    // Clocks differ; an earlier start costs nothing.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    // The events of an order come within a tenth of a second. Whoever asks that soon after it was sent waits for them instead of asking the
    // gateway.
    private static readonly TimeSpan ToldWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(2);

    // The position is told right after the order.
    private static readonly TimeSpan PositionToldWithin = TimeSpan.FromMilliseconds(100);

    public static async Task<OrderLookup> RunAsync(AccountSession session, OrderKey key, RequestClass by, CancellationToken ct)
    {
        var asked = session.Clock.GetUtcNow();
        var note = session.Closes.Find(key.ClientOrderId);
        var sentAt = key.SentAt ?? note?.SentAt;
        if (await ToldAsync(session, key, note, asked - sentAt < Young ? ToldWithin : TimeSpan.Zero, ct) is { } told)
            return new OrderLookup.Found(told);
        var orders = await session.Calls.OrdersAsync((sentAt ?? asked - TimeSpan.FromDays(2)) - Margin, by, ct);
        session.Sightings.See(orders);
        if (Choose(session, key, note, orders) is { } found) return new OrderLookup.Found(await ReadAsync(session, found, note, by, ct));
        if (note is not null && asked - note.SentAt >= Listed && await OfTradesAsync(session, note, orders, by, ct) is { } unlisted)
            return new OrderLookup.Found(await ReadAsync(session, unlisted, note, by, ct));
        return new OrderLookup.Absent(sentAt is { } sent && asked - sent >= Settle);
    }

    // What the hub has told of it, if that is all there is to know.
    private static async Task<OrderReport?> ToldAsync(AccountSession session, OrderKey key, SentClose? note, TimeSpan patience,
        CancellationToken ct)
    {
        var news = session.News;
        if (await news.WaitAsync(() => news.Find(orders => Choose(session, key, note, orders)), patience, ct) is not { } told) return null;
        if (note is null && told.Trades.Count > 0)
            _ = await news.WaitAsync(() => told.Trades.Any(trade => session.Sightings.PositionOfFresh(trade) is not null) ? told : null,
                PositionToldWithin, ct);
        return Report(session, told.Order, note, told.Trades, session.Sightings.PositionOfFresh);
    }

    // The report of an order that was read, with what it earned when it closed something.
    private static async Task<OrderReport> ReadAsync(AccountSession session, WireOrder order, SentClose? note, RequestClass by,
        CancellationToken ct)
    {
        if (Wires.FilledOf(order) == 0) return Report(session, order, note, [], session.Sightings.PositionOf);
        try
        {
            var trades = await session.TradesAsync((order.CreationTimestamp ?? session.Clock.GetUtcNow()) - Margin, by, ct);
            return Report(session, order, note, [.. trades.Where(trade => trade.OrderId == order.Id)], session.Sightings.PositionOf);
        }
        catch (ConnectorException)
        {
            // That it is filled must not be hidden by a profit that cannot be told.
            return Report(session, order, note, [], session.Sightings.PositionOf);
        }
    }

    private static OrderReport Report(AccountSession session, WireOrder order, SentClose? note, IReadOnlyList<WireTrade> own,
        Func<WireTrade, string?> positionOf)
    {
        var report = Reports.OfOrder(order, note?.PositionId, isProtection: false);
        report = report with { ClientOrderId = note?.ClientOrderId ?? order.CustomTag };
        if (own.Count == 0) return report;
        var closing = own.Where(trade => trade.ProfitAndLoss is not null).ToList();
        return report with
        {
            AveragePrice = report.AveragePrice ?? own.Sum(trade => trade.Price * trade.Size) / own.Sum(trade => trade.Size),
            BrokerPositionId = report.BrokerPositionId ?? own.Select(positionOf).FirstOrDefault(id => id is not null),
            GrossPnl = closing.Count > 0 ? closing.Sum(trade => trade.ProfitAndLoss) : null,
            RealizedPnl = closing.Count > 0
                ? closing.Sum(trade => Reports.NetOf(trade, session.Sightings.OpeningFeePerContract(trade.ContractId))) : null,
        };
    }

    // No source says that a close is listed as an order at all; that it leaves trades is sure.
    private static async Task<WireOrder?> OfTradesAsync(AccountSession session, SentClose note, IReadOnlyList<WireOrder> orders,
        RequestClass by, CancellationToken ct)
    {
        var trades = await session.TradesAsync(note.SentAt - Margin, by, ct);
        return ClosingOrders.Claim(session, note, trades.ExceptBy(orders.Select(order => order.Id), trade => trade.OrderId));
    }

    private static WireOrder? Choose(AccountSession session, OrderKey key, SentClose? note, IEnumerable<WireOrder> orders)
    {
        if (key.BrokerOrderId is { } id && orders.FirstOrDefault(order => Wires.IdOf(order.Id) == id) is { } known) return known;
        return note is not null ? ClosingOrders.Claim(session, note, orders) : orders.Where(order => order.CustomTag == key.ClientOrderId)
            .MinBy(order => order.Id);
    }
}
