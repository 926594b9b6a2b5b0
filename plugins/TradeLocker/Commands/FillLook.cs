using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>
/// An order that the fills of the broker's session show to be complete. History may be read once a second, fills twice: of several orders
/// that are looked for at once, those that find history taken need not wait for it. Fills that do not add up to the order prove nothing
/// here.
/// </summary>
internal static class FillLook
{
    public static async Task<OrderReport?> FindAsync(AccountSession session, OrderKey key, SentClose? note, CancellationToken ct)
    {
        if (!session.Book.FillsAreSooner || (note is null && session.Placed.QuantityOf(key.BrokerOrderId) is null)) return null;
        try
        {
            var fills = await session.Book.ExecutionsAsync(ct);
            if (note is null) return await OfOrderAsync(session, key, fills, ct);
            var size = note.Quantity ?? note.PositionQuantity;
            var closing = fills.Where(fill => fill.PositionId == note.PositionId && fill.Side != note.PositionSide)
                .GroupBy(fill => fill.OrderId, StringComparer.Ordinal);
            var complete = closing.Where(own => own.Sum(fill => fill.Qty) == size).Select(own => Row([.. own], null)).ToList();
            return await ClosingOrders.ClaimAsync(session, note, complete, ct) is { } row
                ? await ClosingReports.OfAsync(session, note, row, [], ct) : null;
        }
        catch (ConnectorException)
        {
            // History is asked next, and that it cannot be read either is told there.
            return null;
        }
    }

    private static async Task<OrderReport?> OfOrderAsync(AccountSession session, OrderKey key, IReadOnlyList<ExecutionRow> fills,
        CancellationToken ct)
    {
        List<ExecutionRow> own = [.. fills.Where(fill => fill.OrderId == key.BrokerOrderId)];
        if (own.Count == 0 || own.Sum(fill => fill.Qty) != session.Placed.QuantityOf(key.BrokerOrderId)) return null;
        return OrderReports.Of(Row(own, key.ClientOrderId), await session.NameOfAsync(own[0].TradableId, ct), isProtection: false);
    }

    private static OrderRow Row(IReadOnlyList<ExecutionRow> fills, string? strategyId)
    {
        var quantity = fills.Sum(fill => fill.Qty);
        return new OrderRow
        {
            Id = fills[0].OrderId,
            TradableId = fills[0].TradableId,
            Side = fills[0].Side,
            Type = OrderType.Market,
            Status = "Filled",
            Qty = quantity,
            FilledQty = quantity,
            AvgPrice = fills.Sum(fill => fill.Price * fill.Qty) / quantity,
            PositionId = fills[0].PositionId,
            StrategyId = strategyId,
            Created = fills.Min(fill => fill.Created),
            IsFinal = true,
        };
    }
}
