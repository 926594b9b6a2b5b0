using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>
/// What became of an order: by the broker's id or by our id in <c>strategyId</c>, in working orders, positions and history. An order that
/// closes carries no id of ours; <see cref="ClosingOrders"/> knows it by its position.
/// </summary>
internal static class FindOrderQuery
{
    // History may lag behind a fill (fact sheet §6.1): nothing is called absent before this time after it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    // Clocks differ; an earlier start costs nothing.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public static async Task<OrderLookup> RunAsync(AccountSession session, OrderKey key, CancellationToken ct)
    {
        var asked = session.Clock.GetUtcNow();
        var note = session.Closes.Find(key.ClientOrderId);
        var sentAt = key.SentAt ?? note?.SentAt;
        var from = (sentAt ?? asked - TimeSpan.FromDays(1)) - Margin;

        if (await FillLook.FindAsync(session, key, note, ct) is { } filled) return new OrderLookup.Found(filled);
        // A market order is in history by the time anybody asks, and nothing else reads history: alone it often answers at once, while the
        // other two wait their turn behind the regular look at the account.
        var final = await session.Book.HistoryAsync(from, ct);
        if (await FindAsync(session, key, note, [], [], final, ct) is { } done && (note is null || !IsUnfilledEnd(done)))
            return new OrderLookup.Found(done);
        var working = session.Book.OrdersAsync(ct);
        var positions = session.Book.PositionsAsync(ct);
        await Task.WhenAll(working, positions);

        var open = await positions;
        if (await FindAsync(session, key, note, await working, open, final, ct) is { } found
            && (note is null || !IsUnfilledEnd(found) || asked - note.SentAt > Settle))
            return new OrderLookup.Found(found);
        if (sentAt is not { } sent || asked - sent < Settle) return new OrderLookup.Absent(false);

        // The order may have gone from "working" to "final" between the looks. One more look at the end settles that.
        var again = await session.Book.HistoryAsync(from, ct);
        if (await FindAsync(session, key, note, [], open, again, ct) is { } late) return new OrderLookup.Found(late);
        // A position of ours whose order is not shown yet proves that it exists.
        return new OrderLookup.Absent(again.Complete && !open.Any(position => position.StrategyId == key.ClientOrderId));
    }

    // The broker may follow a close that found no price with a second order.
    private static bool IsUnfilledEnd(OrderReport report) =>
        report is { FilledQuantity: 0, Status: OrderStatus.Canceled or OrderStatus.Rejected };

    private static async Task<OrderReport?> FindAsync(
        AccountSession session, OrderKey key, SentClose? note, IReadOnlyList<OrderRow> working, IReadOnlyList<PositionRow> positions,
        History history, CancellationToken ct)
    {
        var rows = history.Rows.Concat(working).DistinctBy(row => row.Id, StringComparer.Ordinal).ToList();
        if (note is not null)
            return await ClosingOrders.ClaimAsync(session, note, rows, ct) is { } closing
                ? await ClosingReports.OfAsync(session, note, closing, rows, ct) : null;

        if (Choose(rows, key, OrderReports.LegsOf(positions)) is { } row)
            return OrderReports.Of(row, await session.NameOfAsync(row.TradableId, ct), isProtection: false);
        return positions.FirstOrDefault(position => position.StrategyId == key.ClientOrderId) is { } position
            ? await FromPositionAsync(session, key, position, ct) : null;
    }

    // Some brands copy the strategyId onto the legs of the position; the order itself was there before its legs.
    private static OrderRow? Choose(List<OrderRow> rows, OrderKey key, HashSet<string> legs) =>
        rows.Find(row => row.Id == key.BrokerOrderId)
        ?? rows.Where(row => row.StrategyId == key.ClientOrderId && !legs.Contains(row.Id) && (row.IsFinal || row.IsOpen is not false))
            .OrderBy(row => row.Created).FirstOrDefault();

    // Filled, and history does not show it yet: the position tells price and quantity, its first fill the order.
    private static async Task<OrderReport?> FromPositionAsync(
        AccountSession session, OrderKey key, PositionRow position, CancellationToken ct)
    {
        var orderId = key.BrokerOrderId
            ?? (await session.Book.ExecutionsAsync(ct)).Where(fill => fill.PositionId == position.Id && fill.Side == position.Side)
                .OrderBy(fill => fill.Created).FirstOrDefault()?.OrderId;
        return orderId is null ? null : new OrderReport
        {
            BrokerOrderId = orderId,
            ClientOrderId = key.ClientOrderId,
            BrokerSymbol = await session.NameOfAsync(position.TradableId, ct),
            Side = position.Side,
            Status = OrderStatus.Filled,
            Quantity = position.Qty,
            FilledQuantity = position.Qty,
            AveragePrice = position.AvgPrice,
            BrokerPositionId = position.Id,
            CreatedAt = position.Opened,
        };
    }
}
