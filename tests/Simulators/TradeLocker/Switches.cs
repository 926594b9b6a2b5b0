namespace TradeFlow.Simulators.TradeLocker;

/// <summary>Peculiarities of brands and moments, set through the control API. Everything is off unless said otherwise.</summary>
internal sealed record Switches
{
    /// <summary>HTTP 429 by the table of /trade/config; on.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>Columns of all panels in another order.</summary>
    public bool ColumnsShuffled { get; init; }

    /// <summary>Columns of a brand's own among the known ones.</summary>
    public bool ColumnsExtended { get; init; }

    /// <summary>Rows as objects by column id instead of arrays.</summary>
    public bool RowsAsObjects { get; init; }

    /// <summary>An INFO route in front of the good one that no market data endpoint accepts.</summary>
    public bool InvalidFirstInfoRoute { get; init; }

    /// <summary>SL and TP legs carry the strategyId of the order they protect.</summary>
    public bool LegsCarryStrategyId { get; init; }

    /// <summary>A log-in ends the user's other sessions.</summary>
    public bool SingleSession { get; init; }

    /// <summary>Wrong credentials are 401 instead of 400.</summary>
    public bool WrongCredentials401 { get; init; }

    /// <summary>All requests get Cloudflare's 1015 page.</summary>
    public bool CloudflareBlocked { get; init; }

    /// <summary>How long a market order waits before it is filled.</summary>
    public int FillDelayMs { get; init; }

    /// <summary>How long a position stays after its close was accepted.</summary>
    public int CloseDelayMs { get; init; }

    /// <summary>How long a final order is in no list before history shows it.</summary>
    public int HistoryLagMs { get; init; }

    /// <summary>Rows of a page of ordersHistory.</summary>
    public int HistoryPage { get; init; } = 10_000;
}
