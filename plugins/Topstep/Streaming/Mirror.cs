using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// The account as the last reading and the events since have it. Events come twice, late and out of order: what is older than what is known
/// changes nothing, what has ended does not come back, and a trade counts once. Events come while a reading is under way, too: what they
/// told since it began stays.
/// </summary>
internal sealed class Mirror(TimeProvider clock)
{
    private const int Most = 5_000;
    private static readonly TimeSpan TradesKept = TimeSpan.FromDays(2);

    private readonly Lock gate = new();
    private readonly Changes changes = new(clock);
    private readonly Dictionary<long, WireOrder> orders = [];
    private readonly Dictionary<long, WirePosition> positions = [];
    private readonly HashSet<long> endedOrders = [];
    private readonly HashSet<long> closedPositions = [];
    private readonly Dictionary<long, WireTrade> trades = [];
    private readonly Dictionary<long, long> toldOrders = [];
    private readonly Dictionary<long, long> toldPositions = [];
    private WireAccount? account;
    private long toldAccount;
    private long moment;
    private DateTimeOffset wholeAt;
    private DateTimeOffset vouchedUntil;

    public IReadOnlyList<WireOrder> Orders
    {
        get
        {
            lock (gate) return [.. orders.Values];
        }
    }

    public IReadOnlyList<WirePosition> Positions
    {
        get
        {
            lock (gate) return [.. positions.Values];
        }
    }

    /// <summary>Where the book stands before a reading begins.</summary>
    public long Moment
    {
        get
        {
            lock (gate) return moment;
        }
    }

    /// <summary>It was read as a whole while the hub told all: until then it is as good as another reading.</summary>
    public void Vouch(DateTimeOffset until)
    {
        lock (gate) vouchedUntil = until;
    }

    public void Doubt()
    {
        lock (gate) vouchedUntil = default;
    }

    /// <summary>All that is known; null while it is not vouched for.</summary>
    public Reading? Whole(DateTimeOffset now)
    {
        lock (gate) return now < vouchedUntil && account is not null ? Read(now, account) : null;
    }

    /// <summary>Takes a whole reading that began at a moment of this book.</summary>
    /// <returns>The reading as it is with what was told meanwhile, and the positions that are not there any more.</returns>
    public (Reading Now, IReadOnlyList<WirePosition> Gone) Reset(Reading reading, long since)
    {
        lock (gate)
        {
            // Somebody else's, which began later, was quicker.
            if (reading.At < wholeAt && account is not null) return (Read(wholeAt, account), []);
            wholeAt = reading.At;
            var read = reading.Orders.Where(order => !Wires.HasEnded(order)).ToDictionary(order => order.Id);
            foreach (var id in orders.Keys.Union(read.Keys).ToList())
            {
                if (toldOrders.GetValueOrDefault(id) > since) continue;
                if (read.TryGetValue(id, out var order)) orders[id] = order;
                else if (orders.Remove(id)) endedOrders.Add(id);
            }
            foreach (var old in trades.Values.Where(trade => trade.CreationTimestamp < reading.At - TradesKept).ToList())
                trades.Remove(old.Id);
            foreach (var trade in reading.Trades) trades[trade.Id] = trade;
            if (account is null || toldAccount <= since) account = reading.Account;
            var (gone, _) = Take(reading.Positions, since);
            changes.Ring();
            return (Read(reading.At, account), gone);
        }
    }

    /// <summary>Takes the open positions that were read from a moment on.</summary>
    /// <returns>The positions that are not there any more, and those that are new or another than was known.</returns>
    public (IReadOnlyList<WirePosition> Gone, IReadOnlyList<WirePosition> Moved) Reset(IReadOnlyList<WirePosition> shown, long since)
    {
        lock (gate) return Take(shown, since);
    }

    public bool Shows(IReadOnlyList<WirePosition> others)
    {
        lock (gate) return Same(positions.Values, others);
    }

    /// <summary>All that is known, as soon as it shows these positions; null when it does not for a while, or is not vouched for.</summary>
    public Task<Reading?> WholeWithAsync(IReadOnlyList<WirePosition> others, TimeSpan patience, CancellationToken ct) =>
        changes.WaitAsync(() => Whole(clock.GetUtcNow()) is { } whole && Same(whole.Positions, others) ? whole : null, patience, ct);

    /// <summary>False for an event that says nothing new.</summary>
    public bool Take(WireOrder order)
    {
        lock (gate)
        {
            if (endedOrders.Contains(order.Id)) return false;
            if (orders.TryGetValue(order.Id, out var known)
                && (known == order || order.UpdateTimestamp < known.UpdateTimestamp || order.FillVolume < known.FillVolume)) return false;
            Note(toldOrders, order.Id);
            // A state that the documents do not explain is no end.
            if (!Wires.HasEnded(order))
            {
                orders[order.Id] = order;
                return true;
            }
            orders.Remove(order.Id);
            return endedOrders.Add(order.Id);
        }
    }

    public bool Take(WireTrade trade)
    {
        lock (gate) return trade.Voided is not true && trades.TryAdd(trade.Id, trade);
    }

    /// <summary>
    /// The position is known as the event tells it. One that is known to be closed is not known as an open one: the event is late, or the
    /// id is used again.
    /// </summary>
    public bool Knows(WirePosition position)
    {
        lock (gate) return position.Size == 0 ? closedPositions.Contains(position.Id) : positions.TryGetValue(position.Id, out var known)
            && known == position;
    }

    public bool Take(WirePosition position)
    {
        lock (gate)
        {
            if (closedPositions.Contains(position.Id)) return false;
            if (position.Size == 0)
            {
                Note(toldPositions, position.Id);
                positions.Remove(position.Id);
                changes.Ring();
                return closedPositions.Add(position.Id);
            }
            if (positions.TryGetValue(position.Id, out var known) && known == position) return false;
            Note(toldPositions, position.Id);
            positions[position.Id] = position with { AveragePrice = position.AveragePrice ?? known?.AveragePrice,
                CreationTimestamp = position.CreationTimestamp ?? known?.CreationTimestamp };
            changes.Ring();
            return true;
        }
    }

    /// <returns>The account as it is now, or null for an event that says nothing new. What an event leaves out has not changed.</returns>
    public WireAccount? Take(WireAccount told)
    {
        lock (gate)
        {
            var now = account is null ? told : told with { Balance = told.Balance ?? account.Balance, CanTrade = told.CanTrade
                ?? account.CanTrade, Name = told.Name ?? account.Name, IsVisible = told.IsVisible ?? account.IsVisible,
                Simulated = told.Simulated ?? account.Simulated };
            if (now == account) return null;
            toldAccount = ++moment;
            return account = now;
        }
    }

    private (IReadOnlyList<WirePosition> Gone, IReadOnlyList<WirePosition> Moved) Take(IReadOnlyList<WirePosition> shown, long since)
    {
        var before = positions.ToDictionary();
        var read = shown.ToDictionary(position => position.Id);
        foreach (var id in positions.Keys.Union(read.Keys).ToList())
        {
            if (toldPositions.GetValueOrDefault(id) > since) continue;
            if (read.TryGetValue(id, out var position))
            {
                // An id that closed may be used again, for the same contract or when a position turns round.
                closedPositions.Remove(id);
                positions[id] = position;
            }
            else if (positions.Remove(id))
            {
                closedPositions.Add(id);
            }
        }
        return ([.. before.Values.Where(position => !positions.ContainsKey(position.Id))],
            [.. positions.Values.Where(position => !before.TryGetValue(position.Id, out var known)
                || (known.Size, known.Type, known.AveragePrice) != (position.Size, position.Type, position.AveragePrice))]);
    }

    private static bool Same(IReadOnlyCollection<WirePosition> some, IReadOnlyCollection<WirePosition> others) =>
        some.Count == others.Count
        && others.All(other => some.Any(one => (one.Id, one.Type, one.Size) == (other.Id, other.Type, other.Size)));

    private Reading Read(DateTimeOffset at, WireAccount money) =>
        new(at, [.. positions.Values], [.. orders.Values], [.. trades.Values], money);

    private void Note(Dictionary<long, long> told, long id)
    {
        if (told.Count > Most)
            foreach (var old in told.OrderBy(entry => entry.Value).Take(Most / 2).ToList()) told.Remove(old.Key);
        told[id] = ++moment;
    }
}
