using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// The account as the last reading and the events since have it. Events come twice, late and out of order: what is older than what is known changes nothing,
/// what has ended does not come back, and a trade counts once.
/// </summary>
internal sealed class Mirror
{
    private readonly Dictionary<long, WireOrder> orders = [];
    private readonly Dictionary<long, WirePosition> positions = [];
    private readonly HashSet<long> endedOrders = [];
    private readonly HashSet<long> closedPositions = [];
    private readonly HashSet<long> trades = [];
    private WireAccount? account;

    public IReadOnlyCollection<WireOrder> Orders => orders.Values;
    public IReadOnlyCollection<WirePosition> Positions => positions.Values;

    public void Reset(Reading reading)
    {
        foreach (var gone in orders.Keys.Except(reading.Orders.Select(order => order.Id)).ToList()) endedOrders.Add(gone);
        orders.Clear();
        foreach (var order in reading.Orders.Where(order => !Wires.HasEnded(order))) orders[order.Id] = order;
        foreach (var trade in reading.Trades) trades.Add(trade.Id);
        Reset(reading.Positions);
        account = reading.Account;
    }

    /// <returns>The positions that are not there any more.</returns>
    public IReadOnlyList<WirePosition> Reset(IReadOnlyList<WirePosition> shown)
    {
        var gone = positions.Values.Where(position => shown.All(row => row.Id != position.Id)).ToList();
        foreach (var position in gone) closedPositions.Add(position.Id);
        positions.Clear();
        foreach (var position in shown)
        {
            // An id that closed may be used again, for the same contract or when a position turns round.
            closedPositions.Remove(position.Id);
            positions[position.Id] = position;
        }
        return gone;
    }

    public bool Shows(IReadOnlyList<WirePosition> others) =>
        others.Count == positions.Count && others.All(other => positions.TryGetValue(other.Id, out var known) && known.Size == other.Size);

    /// <summary>False for an event that says nothing new.</summary>
    public bool Take(WireOrder order)
    {
        if (endedOrders.Contains(order.Id)) return false;
        if (orders.TryGetValue(order.Id, out var known) && (known == order || order.UpdateTimestamp < known.UpdateTimestamp || order.FillVolume < known.FillVolume)) return false;
        // A state that the documents do not explain is no end.
        if (!Wires.HasEnded(order))
        {
            orders[order.Id] = order;
            return true;
        }
        orders.Remove(order.Id);
        return endedOrders.Add(order.Id);
    }

    public bool Take(WireTrade trade) => trade.Voided is not true && trades.Add(trade.Id);

    /// <summary>The position is known as the event tells it. One that is known to be closed is not known as an open one: the event is late, or the id is used again.</summary>
    public bool Knows(WirePosition position) => position.Size == 0 ? closedPositions.Contains(position.Id) : positions.TryGetValue(position.Id, out var known) && known == position;

    public bool Take(WirePosition position)
    {
        if (closedPositions.Contains(position.Id)) return false;
        if (position.Size == 0)
        {
            positions.Remove(position.Id);
            return closedPositions.Add(position.Id);
        }
        if (positions.TryGetValue(position.Id, out var known) && known == position) return false;
        positions[position.Id] = position with { AveragePrice = position.AveragePrice ?? known?.AveragePrice, CreationTimestamp = position.CreationTimestamp ?? known?.CreationTimestamp };
        return true;
    }

    /// <returns>The account as it is now, or null for an event that says nothing new. What an event leaves out has not changed.</returns>
    public WireAccount? Take(WireAccount told)
    {
        var now = account is null ? told : told with { Balance = told.Balance ?? account.Balance, CanTrade = told.CanTrade ?? account.CanTrade, Name = told.Name ?? account.Name, IsVisible = told.IsVisible ?? account.IsVisible, Simulated = told.Simulated ?? account.Simulated };
        return now == account ? null : account = now;
    }
}
