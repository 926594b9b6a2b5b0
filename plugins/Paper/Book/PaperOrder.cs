using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Book;

internal readonly record struct PaperFill(decimal Quantity, decimal Price, DateTimeOffset At);

internal sealed class PaperOrder
{
    public const string PositionSuffix = "-pos";
    private readonly List<PaperFill> fills = [];

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
    public OrderStatus Status { get; private set; } = OrderStatus.Working;
    public string? PositionId { get; set; }
    public bool IsProtection { get; init; }
    public decimal? Pnl { get; set; }

    /// <summary>What the first fill takes; <c>null</c> for all of it.</summary>
    public decimal? Part { get; init; }

    public bool IsWorking => Status is OrderStatus.Working or OrderStatus.PartiallyFilled;
    public decimal Filled => fills.Sum(fill => fill.Quantity);
    public DateTimeOffset? LastFillAt => fills.Count > 0 ? fills[^1].At : null;

    /// <summary>
    /// Fills the part that comes first, or all that is left. What a part leaves of a limit order works on; of any other it is cancelled.
    /// </summary>
    public PaperFill Fill(decimal price, DateTimeOffset at)
    {
        var left = Quantity - Filled;
        var fill = new PaperFill(fills.Count == 0 && Part is { } part ? Math.Min(part, left) : left, price, at);
        fills.Add(fill);
        Status = fill.Quantity == left ? OrderStatus.Filled : Type == OrderType.Limit ? OrderStatus.PartiallyFilled : OrderStatus.Canceled;
        return fill;
    }

    public void Cancel() => Status = OrderStatus.Canceled;

    public OrderReport Report() => new()
    {
        BrokerOrderId = Id,
        ClientOrderId = ClientOrderId,
        BrokerSymbol = Symbol,
        Side = Side,
        Type = Type,
        Status = Status,
        Quantity = Quantity,
        FilledQuantity = Filled,
        AveragePrice = Average(),
        Price = Price,
        BrokerPositionId = PositionId,
        IsProtection = IsProtection,
        CreatedAt = CreatedAt,
        RealizedPnl = Pnl,
        GrossPnl = Pnl,
    };

    public IEnumerable<FillReport> FillReports() => fills.Select((fill, index) => new FillReport
    {
        BrokerFillId = $"{Id}-{index + 1}",
        BrokerOrderId = Id,
        BrokerSymbol = Symbol,
        Side = Side,
        Quantity = fill.Quantity,
        Price = fill.Price,
        BrokerPositionId = PositionId,
        Fees = 0m,
        RealizedPnl = Pnl,
        At = fill.At,
    });

    private decimal? Average() => fills.Count switch
    {
        0 => null,
        1 => fills[0].Price,
        _ => Mean(fills.Sum(fill => fill.Quantity * fill.Price), Filled),
    };

    // Ten places are finer than any tick here, and fit whatever keeps prices.
    public static decimal Mean(decimal worth, decimal quantity) => Math.Round(worth / quantity, 10, MidpointRounding.AwayFromZero);
}

internal sealed class PaperPosition
{
    public required string Id { get; init; }
    public required string Symbol { get; init; }
    public required Side Side { get; init; }
    public required decimal Quantity { get; set; }
    public required decimal AveragePrice { get; set; }
    public decimal? StopLoss { get; set; }
    public decimal? TakeProfit { get; set; }
    public required DateTimeOffset OpenedAt { get; init; }
    public string? ClientOrderId { get; init; }

    public void Add(PaperFill fill)
    {
        AveragePrice = PaperOrder.Mean((Quantity * AveragePrice) + (fill.Quantity * fill.Price), Quantity + fill.Quantity);
        Quantity += fill.Quantity;
    }
}
