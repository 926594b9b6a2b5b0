using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// The open positions of one account as PostgreSQL has them (their prices may be newer), and how fresh that is. Changed under
/// <see cref="Gate"/>, after the store has changed, which takes an await: one change at a time. When it is not certain that the two agree,
/// it is read anew.
/// </summary>
internal sealed class PositionBook
{
    private const int Remembered = 1000;
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);
    private readonly Queue<string> closedOrder = new();
    private readonly Dictionary<string, BookedPosition> open = new(StringComparer.Ordinal);
    private int doubts = 1;
    private int cleared;

    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>False until the open positions were read from PostgreSQL, and again after a write whose end is not known.</summary>
    public bool IsLoaded => cleared == doubts;

    /// <summary>Something may have been written that the book does not know.</summary>
    public void Doubt() => doubts++;

    /// <summary>What <see cref="Loaded"/> is to be told once PostgreSQL has been read.</summary>
    public int Doubts => doubts;

    /// <summary>It is what was read. A doubt that came up meanwhile stays.</summary>
    public void Loaded(int asOf) => (cleared, WasLoaded) = (asOf, true);

    /// <summary>True once it was read: from then on what comes and goes is told.</summary>
    public bool WasLoaded { get; private set; }

    /// <summary>Positions of a symbol are netted, as the account itself says; <c>null</c> when only the manifest does.</summary>
    public bool? IsNetting { get; set; }

    /// <summary>By the broker's id. May be read without the gate, between two awaits.</summary>
    public IReadOnlyDictionary<string, BookedPosition> Open => open;

    public void Put(BookedPosition position) => open[position.Key] = position;

    public void Remove(string key)
    {
        open.Remove(key);
        if (closed.Add(key)) closedOrder.Enqueue(key);
        while (closedOrder.Count > Remembered) closed.Remove(closedOrder.Dequeue());
    }

    /// <summary>The position goes on under another id.</summary>
    public void Rename(string key, BookedPosition position)
    {
        open.Remove(key);
        open[position.Key] = position;
    }

    /// <summary>It was closed a while ago: an event that does not say when it was true must not open it again.</summary>
    public bool HasClosed(string key) => closed.Contains(key);
}

/// <summary>An open position of the book.</summary>
internal sealed record BookedPosition
{
    public required Guid Id { get; init; }

    /// <summary>The broker's id; of one that no broker has shown yet perhaps a stand-in.</summary>
    public required string Key { get; init; }
    public required string Symbol { get; init; }
    public required string BrokerSymbol { get; init; }
    public required Side Side { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal AveragePrice { get; init; }
    public decimal? CurrentPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }

    /// <summary>False while it is known from a fill of ours alone.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>Timestamp of the newest evidence that it is open: of the start of the reading that showed it, or of the fill.</summary>
    public long SeenAt { get; init; }

    /// <summary>End of the first reading in which it was missing. It is closed by a second one that began after that.</summary>
    public long? MissedAt { get; init; }

    public decimal? PnlPercent => CurrentPrice is { } now && AveragePrice != 0
        ? Math.Round((now - AveragePrice) / AveragePrice * 100 * (Side == Side.Buy ? 1 : -1), 4)
        : null;

    /// <summary>What it is worth has not changed.</summary>
    public bool HasSameNumbers(BookedPosition other) =>
        (Quantity, AveragePrice, CurrentPrice, Pnl, StopLoss, TakeProfit)
        == (other.Quantity, other.AveragePrice, other.CurrentPrice, other.Pnl, other.StopLoss, other.TakeProfit);

    /// <summary>Nothing but what it is worth differs.</summary>
    public bool IsOnlyPricedAnew(BookedPosition other) =>
        (Quantity, AveragePrice, StopLoss, TakeProfit) == (other.Quantity, other.AveragePrice, other.StopLoss, other.TakeProfit);
}
