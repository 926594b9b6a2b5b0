using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// What a session remembers of the objects that it has seen, because the gateway does not tell it again: which orders are legs of a
/// bracket, which trade belongs to which position, and what opening cost.
/// </summary>
internal sealed class Sightings
{
    private const int Most = 5_000;

    private static readonly TimeSpan BornTogether = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<long, bool> legs = new();
    private readonly ConcurrentDictionary<long, WireOrder> entries = new();
    private readonly ConcurrentDictionary<long, string> tags = new();
    private readonly ConcurrentDictionary<long, WirePosition> positions = new();
    private readonly ConcurrentDictionary<long, bool> closed = new();
    private readonly ConcurrentDictionary<string, WireTrade> openings = new(StringComparer.OrdinalIgnoreCase);
    private long highestOrder;

    /// <summary>The highest order id that was seen: what is made from now on has a higher one.</summary>
    public long HighestOrder => Interlocked.Read(ref highestOrder);

    public void See(IEnumerable<WireOrder> orders)
    {
        foreach (var order in orders)
        {
            // Only the legs of a bracket are ever suspended: they wait for their entry.
            if (order.Status is Wires.Suspended) Remember(legs, order.Id, true);
            if (Wires.IsOurs(order)) Remember(entries, order.Id, order);
            if (order.CustomTag is { Length: > 0 } tag) Remember(tags, order.Id, tag);
            for (var known = HighestOrder; order.Id > known; known = HighestOrder)
                if (Interlocked.CompareExchange(ref highestOrder, order.Id, known) == known) break;
        }
    }

    public void See(IEnumerable<WirePosition> seen)
    {
        foreach (var position in seen)
        {
            if (position.Size == 0)
            {
                Remember(closed, position.Id, true);
                continue;
            }
            // An id may be used again.
            closed.TryRemove(position.Id, out _);
            Remember(positions, position.Id, position);
        }
    }

    public void See(IEnumerable<WireTrade> trades)
    {
        foreach (var trade in trades.Where(trade => trade is { ProfitAndLoss: null, Size: > 0 }))
            openings.AddOrUpdate(trade.ContractId, trade, (_, known) => trade.Id > known.Id ? trade : known);
    }

    /// <summary>It was seen waiting for its entry, or it was made together with an entry of ours or with its fill.</summary>
    public bool IsKnownLeg(WireOrder order)
    {
        if (legs.ContainsKey(order.Id)) return true;
        if (!Wires.CanBeLeg(order) || !entries.Values.Any(entry => IsLegOf(entry, order))) return false;
        Remember(legs, order.Id, true);
        return true;
    }

    /// <summary>
    /// A stop or target: it was seen waiting for its entry, or it has the shape of one and stands against an open position.
    /// </summary>
    public bool IsProtection(WireOrder order, IEnumerable<WirePosition> open) =>
        Wires.CanBeLeg(order) && (IsKnownLeg(order) || open.Any(position => position.ContractId == order.ContractId && position.Size > 0
            && Wires.SideOf(position) != Wires.SideOf(order.Side)));

    /// <summary>Positions of a contract follow one another, so the time of a trade tells which one it belongs to.</summary>
    public string? PositionOf(WireTrade trade)
    {
        var ofContract = positions.Values.Where(position => position.ContractId == trade.ContractId)
            .OrderBy(position => position.CreationTimestamp).ToList();
        var before = ofContract.FindLast(position => position.CreationTimestamp < trade.CreationTimestamp);
        if (trade.ProfitAndLoss is not null) return before is null ? null : Wires.IdOf(before.Id);
        // Of two that a quick round trip opened within a second, the one whose time it is.
        var opened = ofContract.Where(position => position.CreationTimestamp is { } at && (at - trade.CreationTimestamp)
            .Duration() < TimeSpan.FromSeconds(1) && SameWay(position, trade))
            .MinBy(position => (position.CreationTimestamp.GetValueOrDefault() - trade.CreationTimestamp).Duration());
        return (opened ?? before) is { } position && SameWay(position, trade) ? Wires.IdOf(position.Id) : null;
    }

    /// <summary>
    /// The position of a trade of this moment. One that has closed is not what an entry opened just now, though it was of the same contract
    /// and side.
    /// </summary>
    public string? PositionOfFresh(WireTrade trade) =>
        PositionOf(trade) is { } id && (trade.ProfitAndLoss is not null
            || !closed.ContainsKey(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))) ? id : null;

    /// <summary>Our id of the order whose fill opened the position.</summary>
    public string? TagOf(WirePosition position) =>
        openings.TryGetValue(position.ContractId, out var trade) && SameWay(position, trade)
        && tags.TryGetValue(trade.OrderId, out var tag) ? tag : null;

    /// <returns>Null for an opening whose commissions nobody has told, as when the hub was not there yet: it cost what the closing trade
    /// does.</returns>
    public decimal? OpeningFeePerContract(string contractId) =>
        openings.TryGetValue(contractId, out var trade) && trade.Commissions is not null ? Reports.CostOf(trade) / trade.Size : null;

    private static bool IsLegOf(WireOrder entry, WireOrder order) =>
        entry.ContractId == order.ContractId && entry.Side != order.Side && entry.Id < order.Id && order.CreationTimestamp is { } made
        && ((entry.CreationTimestamp - made)?.Duration() < BornTogether || (entry.UpdateTimestamp - made)?.Duration() < BornTogether);

    private static bool SameWay(WirePosition position, WireTrade trade) => Wires.SideOf(position) == Wires.SideOf(trade.Side);

    private static void Remember<T>(ConcurrentDictionary<long, T> memory, long id, T value)
    {
        if (memory.Count > Most)
            foreach (var old in memory.Keys.Order().Take(Most / 2)) memory.TryRemove(old, out _);
        memory[id] = value;
    }
}
