using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>From the gateway's objects to reports.</summary>
internal static class Reports
{
    public static OrderReport OfOrder(WireOrder order, string? positionId, bool isProtection) => new()
    {
        BrokerOrderId = Wires.IdOf(order.Id),
        ClientOrderId = isProtection ? null : order.CustomTag,
        BrokerSymbol = order.ContractId,
        Side = Wires.SideOf(order.Side),
        Type = Wires.TypeOf(order.Type),
        Status = Wires.StatusOf(order),
        Quantity = order.Size,
        FilledQuantity = Wires.FilledOf(order),
        AveragePrice = order.FilledPrice,
        Price = Wires.PriceOf(order),
        BrokerPositionId = positionId,
        IsProtection = isProtection,
        CreatedAt = order.CreationTimestamp,
        RejectText = Wires.StatusOf(order) is OrderStatus.Rejected ? "Topstep rejected the order and gave no reason." : null,
    };

    public static FillReport OfTrade(WireTrade trade, string? positionId, decimal? openingFeePerContract) => new()
    {
        BrokerFillId = Wires.IdOf(trade.Id),
        BrokerOrderId = Wires.IdOf(trade.OrderId),
        BrokerSymbol = trade.ContractId,
        Side = Wires.SideOf(trade.Side),
        Quantity = trade.Size,
        Price = trade.Price,
        BrokerPositionId = positionId,
        Fees = CostOf(trade),
        RealizedPnl = NetOf(trade, openingFeePerContract),
        At = trade.CreationTimestamp,
    };

    /// <summary>
    /// What a closing half-turn earned after the fees of both halves. The opening one's fee is taken from its own trade where it was seen,
    /// else it is the same as this one's.
    /// </summary>
    public static decimal? NetOf(WireTrade trade, decimal? openingFeePerContract) =>
        trade.ProfitAndLoss is { } gross
            ? Math.Round(gross - CostOf(trade) - (openingFeePerContract ?? CostOf(trade) / Math.Max(trade.Size, 1)) * trade.Size, 2) : null;

    public static decimal CostOf(WireTrade trade) => (trade.Fees ?? 0) + (trade.Commissions ?? 0);

    public static decimal? ProfitOf(WireContract contract, WirePosition position, decimal now) =>
        position.AveragePrice is { } entry ? Math.Round((now - entry) / contract.TickSize * contract.TickValue * position.Size
            * (Wires.SideOf(position) is Side.Buy ? 1 : -1), 2) : null;
}
