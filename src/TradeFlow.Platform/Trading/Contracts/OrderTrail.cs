using System.Text.Json;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>All that became of a signal's order: the orders that it took, what they filled, and what happened when.</summary>
/// <param name="Intent">What the signal was understood as.</param>
/// <param name="Orders">The signal's own first, then those that were made for it.</param>
public sealed record OrderTrail(
    JsonElement Intent, IReadOnlyList<OrderView> Orders, IReadOnlyList<FillView> Fills, IReadOnlyList<OrderEventView> Events);

/// <summary>One fill, as the broker told it.</summary>
public sealed record FillView
{
    public required Guid OrderId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required decimal Qty { get; init; }
    public required decimal Price { get; init; }
    public required decimal Fees { get; init; }
    public required decimal? Pnl { get; init; }

    /// <summary>Against the price that the signal named; more than 0 is worse.</summary>
    public required decimal? SlippageTicks { get; init; }

    /// <summary>The same in the account's currency, for the quantity of the fill; <c>null</c> where the symbol is quoted in
    /// another.</summary>
    public required decimal? SlippageMoney { get; init; }
}

/// <param name="Kind">Such as <c>sending</c>, <c>accepted</c>, <c>unknown</c>, <c>found</c>.</param>
public sealed record OrderEventView(Guid OrderId, DateTimeOffset At, string Kind, JsonElement? Detail);
