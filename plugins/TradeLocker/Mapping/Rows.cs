using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>A row of <c>orders</c> or <c>ordersHistory</c>.</summary>
internal sealed record OrderRow
{
    public required string Id { get; init; }
    public required long TradableId { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required string Status { get; init; }
    public required decimal Qty { get; init; }
    public decimal FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopPrice { get; init; }
    public string? PositionId { get; init; }
    public string? StrategyId { get; init; }
    public DateTimeOffset? Created { get; init; }

    /// <summary>False for an order that closes; null when the brand does not tell.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>In <c>ordersHistory</c>: nothing more will happen to it.</summary>
    public required bool IsFinal { get; init; }

    public static OrderRow Read(Panel panel, Cell row, bool isFinal) => new()
    {
        Id = Needed.Text(panel, row, "id"),
        TradableId = Needed.Whole(panel, row, "tradableInstrumentId"),
        Side = Needed.Side(panel, row),
        Type = panel.Of(row, "type").Text?.ToUpperInvariant() switch { "MARKET" => OrderType.Market, "LIMIT" => OrderType.Limit, "STOP" =>
            OrderType.Stop, _ => OrderType.Unknown },
        Status = panel.Of(row, "status").Text ?? "",
        Qty = Needed.Number(panel, row, "qty"),
        FilledQty = panel.Of(row, "filledQty").Number ?? 0,
        AvgPrice = panel.Of(row, "avgPrice").NumberAboveZero,
        Price = panel.Of(row, "price").NumberAboveZero,
        StopPrice = panel.Of(row, "stopPrice").NumberAboveZero,
        PositionId = Optional.Id(panel.Of(row, "positionId")),
        StrategyId = panel.Of(row, "strategyId").Text,
        Created = panel.Of(row, "createdDate").Time,
        IsOpen = bool.TryParse(panel.Of(row, "isOpen").Text, out var opens) ? opens : null,
        IsFinal = isFinal,
    };
}

/// <summary>A row of <c>positions</c>.</summary>
internal sealed record PositionRow
{
    public required string Id { get; init; }
    public required long TradableId { get; init; }
    public required Side Side { get; init; }
    public required decimal Qty { get; init; }
    public required decimal AvgPrice { get; init; }
    public string? StopLossId { get; init; }
    public string? TakeProfitId { get; init; }
    public decimal? UnrealizedPl { get; init; }
    public string? StrategyId { get; init; }
    public DateTimeOffset? Opened { get; init; }

    public static PositionRow Read(Panel panel, Cell row) => new()
    {
        Id = Needed.Text(panel, row, "id"),
        TradableId = Needed.Whole(panel, row, "tradableInstrumentId"),
        Side = Needed.Side(panel, row),
        Qty = Needed.Number(panel, row, "qty"),
        AvgPrice = Needed.Number(panel, row, "avgPrice"),
        StopLossId = Optional.Id(panel.Of(row, "stopLossId")),
        TakeProfitId = Optional.Id(panel.Of(row, "takeProfitId")),
        UnrealizedPl = panel.Of(row, "unrealizedPl").Number,
        StrategyId = panel.Of(row, "strategyId").Text,
        Opened = panel.Of(row, "openDate").Time,
    };
}

/// <summary>A row of <c>executions</c>: one fill of the current session.</summary>
internal sealed record ExecutionRow
{
    public required string Id { get; init; }
    public required string OrderId { get; init; }
    public required string? PositionId { get; init; }
    public required long TradableId { get; init; }
    public required Side Side { get; init; }
    public required decimal Qty { get; init; }
    public required decimal Price { get; init; }
    public required DateTimeOffset? Created { get; init; }

    public static ExecutionRow Read(Panel panel, Cell row) => new()
    {
        Id = Needed.Text(panel, row, "id"),
        OrderId = Needed.Text(panel, row, "orderId"),
        PositionId = Optional.Id(panel.Of(row, "positionId")),
        TradableId = Needed.Whole(panel, row, "tradableInstrumentId"),
        Side = Needed.Side(panel, row),
        Qty = Needed.Number(panel, row, "qty"),
        Price = Needed.Number(panel, row, "price"),
        Created = panel.Of(row, "createdDate").Time,
    };
}

// A row without these is not skipped: "no answer" must not look like "flat".
file static class Needed
{
    public static string Text(Panel panel, Cell row, string column) => panel.Of(row, column).Text ?? throw Missing(column);

    public static decimal Number(Panel panel, Cell row, string column) => panel.Of(row, column).Number ?? throw Missing(column);

    public static long Whole(Panel panel, Cell row, string column) => panel.Of(row, column).Number is { } number and > 0
        && number == decimal.Truncate(number) && number < long.MaxValue ? (long)number : throw Missing(column);

    public static Side Side(Panel panel, Cell row) => panel.Of(row, "side") switch
    {
        var cell when cell.Is("buy") => BrokerSdk.Side.Buy,
        var cell when cell.Is("sell") => BrokerSdk.Side.Sell,
        _ => throw Missing("side"),
    };

    private static ConnectorException Missing(string column) =>
        new(ConnectorErrorKind.Protocol, $"A row of TradeLocker has no readable '{column}'.");
}

file static class Optional
{
    public static string? Id(Cell cell) => cell.Text is { } text and not "0" and not "null" ? text : null;
}
