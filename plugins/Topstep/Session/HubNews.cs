using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>An order that has ended, with all trades that filled it.</summary>
internal sealed record ToldOrder(WireOrder Order, IReadOnlyList<WireTrade> Trades);

/// <summary>
/// What the user hub has told of orders that ended. It tells within a tenth of a second what became of an order; whoever waits for that
/// asks the gateway only when it does not. That the hub said nothing proves nothing.
/// </summary>
internal sealed class HubNews(TimeProvider clock)
{
    private const int Most = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<long, WireOrder> ended = [];
    private readonly Dictionary<long, Dictionary<long, WireTrade>> trades = [];
    private readonly Queue<long> orders = new();
    private readonly Changes changes = new(clock);
    private bool isUp;

    /// <summary>The hub is connected and tells of this account.</summary>
    public bool IsUp
    {
        get
        {
            lock (gate) return isUp;
        }
    }

    public void Hear(FeedEvent news)
    {
        lock (gate)
        {
            switch (news)
            {
                case FeedEvent.Up or FeedEvent.Down:
                    isUp = news is FeedEvent.Up;
                    break;
                // What has ended does not come back: a later event of it is an older one.
                case FeedEvent.Order { Row: var order } when Wires.HasEnded(order):
                    Trades(order.Id);
                    ended.TryAdd(order.Id, order);
                    break;
                case FeedEvent.Trade { Row: { Voided: not true } trade }:
                    Trades(trade.OrderId)[trade.Id] = trade;
                    break;
            }
        }
        changes.Ring();
    }

    /// <summary>The order that is chosen among those that have ended; null while its trades have not all been told.</summary>
    public ToldOrder? Find(Func<IEnumerable<WireOrder>, WireOrder?> choose)
    {
        lock (gate)
        {
            if (choose(ended.Values) is not { } order) return null;
            var own = trades[order.Id].Values.ToList();
            return own.Sum(trade => trade.Size) >= Wires.FilledOf(order) ? new ToldOrder(order, own) : null;
        }
    }

    /// <summary>Looks again with each event, for a while; once only while there is no hub.</summary>
    public Task<T?> WaitAsync<T>(Func<T?> look, TimeSpan patience, CancellationToken ct) where T : class =>
        changes.WaitAsync(look, IsUp ? patience : TimeSpan.Zero, ct);

    // The oldest orders go first, with their trades.
    private Dictionary<long, WireTrade> Trades(long order)
    {
        if (trades.TryGetValue(order, out var known)) return known;
        orders.Enqueue(order);
        if (orders.Count > Most && orders.Dequeue() is var oldest)
        {
            trades.Remove(oldest);
            ended.Remove(oldest);
        }
        return trades[order] = [];
    }
}
