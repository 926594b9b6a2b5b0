using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>From rows to reports.</summary>
internal static class OrderReports
{
    public static OrderReport Of(OrderRow row, string brokerSymbol, bool isProtection) => new()
    {
        BrokerOrderId = row.Id,
        ClientOrderId = isProtection ? null : row.StrategyId,
        BrokerSymbol = brokerSymbol,
        Side = row.Side,
        Type = row.Type,
        Status = StatusOf(row),
        Quantity = row.Qty,
        FilledQuantity = FilledOf(row),
        AveragePrice = row.AvgPrice,
        Price = row.Type switch { OrderType.Stop => row.StopPrice ?? row.Price, OrderType.Limit => row.Price, _ => null },
        BrokerPositionId = row.PositionId,
        IsProtection = isProtection,
        CreatedAt = row.Created,
        RejectText = StatusOf(row) is OrderStatus.Rejected ? $"TradeLocker: {row.Status}" : null,
    };

    /// <summary>The words differ between sources, so what was filled counts for more than the word beside it.</summary>
    public static OrderStatus StatusOf(OrderRow row)
    {
        var filled = FilledOf(row);
        if (filled > 0 && filled >= row.Qty) return OrderStatus.Filled;
        if (!row.IsFinal) return filled > 0 ? OrderStatus.PartiallyFilled : OrderStatus.Working;
        // An IOC order that got only a part of its quantity ends as "Cancelled"; what it bought stands in filledQty.
        if (filled > 0) return OrderStatus.Canceled;
        return row.Status.ToUpperInvariant() switch
        {
            "CANCELLED" or "CANCELED" or "REMOVED" or "EXPIRED" => OrderStatus.Canceled,
            "REFUSED" or "REJECTED" or "UNPLACED" => OrderStatus.Rejected,
            _ => OrderStatus.Unknown,
        };
    }

    /// <summary>A brand may say "Filled" and leave filledQty empty.</summary>
    public static decimal FilledOf(OrderRow row) =>
        row.FilledQty > 0 ? row.FilledQty : row.IsFinal && row.Status.Equals("Filled", StringComparison.OrdinalIgnoreCase) ? row.Qty : 0;

    /// <summary>The legs of positions: named by the position, or an order that closes one at a price.</summary>
    public static bool IsLeg(OrderRow row, IReadOnlySet<string> legs) =>
        legs.Contains(row.Id) || (row is { PositionId: not null, IsOpen: false, Type: OrderType.Stop or OrderType.Limit });

    public static HashSet<string> LegsOf(IEnumerable<PositionRow> positions) =>
        new(positions.SelectMany(position => new[] { position.StopLossId, position.TakeProfitId }).OfType<string>(),
            StringComparer.Ordinal);

    public static string WireSide(Side side) => side is Side.Buy ? "buy" : "sell";
}
