using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Book;

internal sealed class PaperOrder
{
    public const string PositionSuffix = "-pos";

    public required string Id { get; init; }
    public string? ClientOrderId { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required decimal Quantity { get; set; }
    public decimal? Price { get; set; }
    public decimal? StopLoss { get; set; }
    public decimal? TakeProfit { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public OrderStatus Status { get; set; } = OrderStatus.Working;
    public decimal? FillPrice { get; set; }
    public DateTimeOffset? FilledAt { get; set; }
    public string? PositionId { get; set; }
    public bool IsProtection { get; init; }
    public decimal? Pnl { get; set; }

    public OrderReport Report() => new()
    {
        BrokerOrderId = Id,
        ClientOrderId = ClientOrderId,
        BrokerSymbol = Symbol,
        Side = Side,
        Type = Type,
        Status = Status,
        Quantity = Quantity,
        FilledQuantity = FillPrice is null ? 0m : Quantity,
        AveragePrice = FillPrice,
        Price = Price,
        BrokerPositionId = PositionId,
        IsProtection = IsProtection,
        CreatedAt = CreatedAt,
        RealizedPnl = Pnl,
        GrossPnl = Pnl,
    };

    public FillReport? Fill() => FillPrice is { } price && FilledAt is { } at
        ? new FillReport
        {
            BrokerFillId = $"{Id}-1",
            BrokerOrderId = Id,
            BrokerSymbol = Symbol,
            Side = Side,
            Quantity = Quantity,
            Price = price,
            BrokerPositionId = PositionId,
            Fees = 0m,
            RealizedPnl = Pnl,
            At = at,
        }
        : null;
}

internal sealed class PaperPosition
{
    public required string Id { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required decimal Quantity { get; set; }
    public required decimal AveragePrice { get; init; }
    public decimal? StopLoss { get; set; }
    public decimal? TakeProfit { get; set; }
    public required DateTimeOffset OpenedAt { get; init; }
    public string? ClientOrderId { get; init; }
}
