using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>One close that was sent.</summary>
/// <param name="After">The highest order id from before it: its order has a higher one.</param>
internal sealed record CloseNote(string ClientOrderId, string PositionId, string ContractId, Side PositionSide, int? Size, DateTimeOffset SentAt, long After)
{
    /// <summary>The order that closed, once it was seen.</summary>
    public long? OrderId { get; init; }
}

/// <summary>
/// The closes of this session. The gateway takes no id of ours with a close, so its order is known again by contract, side, size and place in the order of
/// ids. After a restart the position tells: a position that is gone or smaller was closed.
/// </summary>
internal sealed class CloseNotes
{
    private const int Most = 200;
    private static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<CloseNote> notes = [];

    public void Add(CloseNote note)
    {
        lock (gate)
        {
            notes.Add(note);
            if (notes.Count > Most) notes.RemoveAt(0);
        }
    }

    /// <summary>The close was refused or never sent.</summary>
    public void Forget(string clientOrderId)
    {
        lock (gate) notes.RemoveAll(note => note.ClientOrderId == clientOrderId);
    }

    public CloseNote? Find(string clientOrderId)
    {
        lock (gate) return notes.Find(note => note.ClientOrderId == clientOrderId);
    }

    /// <summary>The order that is this close, if it is among them. An order belongs to one close; of two that fit, the earlier to the earlier close.</summary>
    public WireOrder? Claim(string clientOrderId, IEnumerable<WireOrder> orders)
    {
        lock (gate)
        {
            var at = notes.FindIndex(note => note.ClientOrderId == clientOrderId);
            if (at < 0) return null;
            var note = notes[at];
            if (note.OrderId is { } known) return orders.FirstOrDefault(order => order.Id == known);
            var taken = notes.Select(other => other.OrderId).OfType<long>().ToHashSet();
            var waiting = notes.Take(at).Count(other => other.OrderId is null && other.ContractId == note.ContractId && other.PositionSide == note.PositionSide);
            var ours = orders.Where(order => Fits(note, order) && !taken.Contains(order.Id)).OrderBy(order => order.Id).Skip(waiting).FirstOrDefault();
            if (ours is not null && Wires.StatusOf(ours) is OrderStatus.Filled) notes[at] = note with { OrderId = ours.Id };
            return ours;
        }
    }

    /// <summary>The order that is this close, made from trades of orders that are not listed.</summary>
    public WireOrder? Claim(string clientOrderId, IEnumerable<WireTrade> unlisted)
    {
        lock (gate)
        {
            var at = notes.FindIndex(note => note.ClientOrderId == clientOrderId);
            if (at < 0 || notes[at] is not { Size: { } size } note) return null;
            var taken = notes.Select(other => other.OrderId).OfType<long>().Where(id => id != note.OrderId).ToHashSet();
            var ours = unlisted.Where(trade => Fits(note, trade)).GroupBy(trade => trade.OrderId).OrderBy(group => group.Key)
                .FirstOrDefault(group => !taken.Contains(group.Key) && group.Sum(trade => trade.Size) == size)?.ToList();
            if (ours is null) return null;
            notes[at] = note with { OrderId = ours[0].OrderId };
            return new WireOrder
            {
                Id = ours[0].OrderId, ContractId = note.ContractId, AccountId = ours[0].AccountId, Type = Wires.Market, Side = ours[0].Side, Status = Wires.Filled,
                Size = size, FillVolume = size, CreationTimestamp = ours.Min(trade => trade.CreationTimestamp),
            };
        }
    }

    private static bool Fits(CloseNote note, WireTrade trade) =>
        trade.ContractId == note.ContractId && trade is { ProfitAndLoss: not null, Voided: not true } && Wires.SideOf(trade.Side) != note.PositionSide && trade.CreationTimestamp >= note.SentAt - ClockError;

    private static bool Fits(CloseNote note, WireOrder order) =>
        order.ContractId == note.ContractId
        && order.Type is Wires.Market
        && Wires.SideOf(order.Side) != note.PositionSide
        && !Wires.IsOurs(order)
        && order.Id > note.After
        && (note.Size is not { } size || order.Size == size)
        && (order.CreationTimestamp is not { } created || created >= note.SentAt - ClockError);
}
