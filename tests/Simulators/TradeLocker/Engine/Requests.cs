namespace TradeFlow.Simulators.TradeLocker.Engine;

/// <summary>An order as it arrived, with numbers already read from JSON strings or numbers.</summary>
internal sealed record OrderRequest
{
    public required long TradableInstrumentId { get; init; }
    public required long RouteId { get; init; }
    public required decimal Qty { get; init; }
    public required string Side { get; init; }
    public required string Type { get; init; }
    public required string Validity { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopPrice { get; init; }
    public decimal? StopLoss { get; init; }
    public string? StopLossType { get; init; }
    public decimal? TakeProfit { get; init; }
    public string? TakeProfitType { get; init; }
    public decimal? TrailingOffset { get; init; }
    public string? StrategyId { get; init; }
    public bool Buys => Side is "buy";
}

/// <summary>A field of a PATCH: absent leaves as is, null takes away.</summary>
internal readonly record struct Change(bool Present, decimal? Value);

internal sealed record OrderChange(Change Price, Change StopPrice, Change Qty, Change StopLoss, string? StopLossType, Change TakeProfit,
    string? TakeProfitType);

internal sealed record PositionChange(
    Change StopLoss, string? StopLossType, Change TakeProfit, string? TakeProfitType, Change TrailingOffset);

/// <summary>What the broker says to a write: an order's id, plain yes, or the words of a refusal (HTTP 200 with <c>s: error</c>).</summary>
internal readonly record struct Reply(string? Error, long? OrderId)
{
    public static Reply Ok => default;
    public static Reply Booked(long orderId) => new(null, orderId);
    public static Reply Refused(string words) => new(words, null);
}
