namespace TradeFlow.Simulators.ProjectX.Engine;

internal sealed record Bracket(int Ticks, int Type);

internal sealed record OrderRequest
{
    public required int AccountId { get; init; }
    public required string ContractId { get; init; }
    public required int Type { get; init; }
    public required int Side { get; init; }
    public required int Size { get; init; }
    public decimal? LimitPrice { get; init; }
    public decimal? StopPrice { get; init; }
    public decimal? TrailPrice { get; init; }
    public string? CustomTag { get; init; }
    public Bracket? StopLoss { get; init; }
    public Bracket? TakeProfit { get; init; }
}

/// <summary>
/// The usual envelope: HTTP 200 with a code, 0 for success, and an order id that may be there although the order was rejected.
/// </summary>
internal readonly record struct Reply(int Code, string? Message = null, long? OrderId = null)
{
    public static Reply Ok(long? orderId = null) => new(0, null, orderId);
}

/// <summary>Codes of place; the other calls have tables of their own.</summary>
internal static class PlaceCodes
{
    public const int AccountNotFound = 1;
    public const int OrderRejected = 2;
    public const int InsufficientFunds = 3;
    public const int AccountViolation = 4;
    public const int OrderPending = 6;
    public const int ContractNotFound = 8;
    public const int ContractNotActive = 9;
}
