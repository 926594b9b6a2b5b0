namespace TradeFlow.Platform.Insights.Trips;

/// <summary>One fill as the round trips read it.</summary>
/// <param name="Num">Fills of one moment came in this order.</param>
/// <param name="Position">The broker's id of the position, where it tells.</param>
/// <param name="Pnl">What it realised after all fees, its entry's too, where the broker tells; of an entry nothing.</param>
/// <param name="SignalPrice">The price that the signal of its order named.</param>
/// <param name="Stop">The stop that its order was sent with.</param>
internal sealed record Fill(
    long Num, string Key, DateTimeOffset At, string Symbol, string? Position, bool IsBuy, decimal Qty, decimal Price, decimal Fees,
    decimal? Pnl, decimal? SignalPrice, decimal? Stop, Guid? Webhook, string? Strategy);

/// <summary>A position of the book, by which a trip is completed that fills do not tell whole.</summary>
internal sealed record BookedPosition
{
    public required Guid Id { get; init; }
    public required string Key { get; init; }
    public required string Symbol { get; init; }
    public required bool IsLong { get; init; }
    public required decimal Qty { get; init; }
    public required decimal EntryPrice { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary><c>null</c> while it is open.</summary>
    public required DateTimeOffset? ClosedAt { get; init; }
    public required decimal? LastPrice { get; init; }
    public required decimal? RealizedPnl { get; init; }

    /// <summary>The order of ours that opened it.</summary>
    public required Guid? Webhook { get; init; }

    /// <summary>The stop that it was sent with.</summary>
    public required decimal? Stop { get; init; }
    public required string? Strategy { get; init; }

    /// <summary>What our closes of it have filled, and their average price.</summary>
    public required decimal ClosedQty { get; init; }
    public required decimal? ClosedPrice { get; init; }

    /// <summary>The last of them was for all that was left.</summary>
    public required bool ClosedWhole { get; init; }

    /// <summary>No fill of the account may be of it.</summary>
    public required bool IsUntold { get; init; }
}

/// <summary>What a point of price is worth, for a quantity of one.</summary>
/// <param name="Money">In the account's currency; <c>null</c> where the symbol is quoted in another.</param>
internal sealed record PointValue(decimal TickSize, decimal? Money);
