using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>The open positions of one account as last heard, and how fresh that is. Guarded by <see cref="Gate"/>.</summary>
internal sealed class PositionBook
{
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>False until the open positions were read from PostgreSQL.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>By the broker's id.</summary>
    public Dictionary<string, BookedPosition> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>When a position was closed, as a timestamp: a reading that began before must not open it again.</summary>
    public Dictionary<string, long> ClosedAt { get; } = new(StringComparer.Ordinal);
}

/// <summary>An open position of the book.</summary>
internal sealed record BookedPosition
{
    public required Guid Id { get; init; }
    public required string Symbol { get; init; }
    public required string BrokerSymbol { get; init; }
    public required Side Side { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public decimal Quantity { get; set; }
    public decimal AveragePrice { get; set; }
    public decimal? CurrentPrice { get; set; }
    public decimal? Pnl { get; set; }
    public decimal? StopLoss { get; set; }
    public decimal? TakeProfit { get; set; }

    /// <summary>Timestamp of the newest evidence that it is open: of the start of the reading that showed it.</summary>
    public long SeenAt { get; set; }

    /// <summary>End of the first reading in which it was missing. It is closed by a second one that began after that.</summary>
    public long? MissedAt { get; set; }

    public decimal? PnlPercent => CurrentPrice is { } now && AveragePrice != 0
        ? Math.Round((now - AveragePrice) / AveragePrice * 100 * (Side == Side.Buy ? 1 : -1), 4)
        : null;
}
