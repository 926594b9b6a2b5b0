using System.Globalization;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>The cells of a row by column id: strings or null, as the broker writes them.</summary>
internal static class Cells
{
    public static Dictionary<string, string?> Of(SimOrder order) => new()
    {
        ["id"] = Text(order.Id),
        ["tradableInstrumentId"] = Text(order.Listing.TradableId),
        ["routeId"] = Text(order.Listing.TradeRoute),
        ["qty"] = Text(order.Qty),
        ["side"] = order.Side,
        ["type"] = order.Type,
        ["status"] = order.Status,
        ["filledQty"] = Text(order.FilledQty),
        ["avgPrice"] = Text(order.AvgPrice),
        ["price"] = Text(order.Price),
        ["stopPrice"] = Text(order.StopPrice),
        ["validity"] = order.Validity,
        ["expireDate"] = null,
        ["createdDate"] = Text(order.Created),
        ["lastModified"] = Text(order.LastModified),
        ["isOpen"] = order.IsOpen ? "true" : "false",
        ["positionId"] = order.PositionId is { } position ? Text(position) : null,
        ["stopLoss"] = Text(order.StopLoss),
        ["stopLossType"] = order.StopLossType,
        ["takeProfit"] = Text(order.TakeProfit),
        ["takeProfitType"] = order.TakeProfitType,
        ["strategyId"] = order.StrategyId,
        ["brandNote"] = "n/a",
    };

    public static Dictionary<string, string?> Of(SimPosition position, decimal openPnL) => new()
    {
        ["id"] = Text(position.Id),
        ["tradableInstrumentId"] = Text(position.Listing.TradableId),
        ["routeId"] = Text(position.Listing.TradeRoute),
        ["side"] = position.Side,
        ["qty"] = Text(position.Qty),
        ["avgPrice"] = Text(position.AvgPrice),
        ["stopLossId"] = position.StopLoss is { } stop ? Text(stop.Id) : null,
        ["takeProfitId"] = position.TakeProfit is { } target ? Text(target.Id) : null,
        ["openDate"] = Text(position.Opened),
        ["unrealizedPl"] = Text(openPnL),
        ["strategyId"] = position.StrategyId,
        ["brandNote"] = "n/a",
    };

    public static Dictionary<string, string?> Of(SimExecution execution) => new()
    {
        ["id"] = Text(execution.Id),
        ["price"] = Text(execution.Price),
        ["side"] = execution.Side,
        ["createdDate"] = Text(execution.Created),
        ["qty"] = Text(execution.Qty),
        ["orderId"] = Text(execution.OrderId),
        ["positionId"] = Text(execution.PositionId),
        ["tradableInstrumentId"] = Text(execution.Listing.TradableId),
        ["brandNote"] = "n/a",
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset value) => Text(value.ToUnixTimeMilliseconds());

    private static string? Text(decimal? value) => value is { } number ? Text(number) : null;

    private static string Text(decimal value) => value.ToString("0.###############", CultureInfo.InvariantCulture);
}
