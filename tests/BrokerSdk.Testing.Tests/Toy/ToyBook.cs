namespace TradeFlow.BrokerSdk.Testing.Tests.Toy;

internal sealed record ToyOrder(
    string Id, string ClientId, string Symbol, string Side, string Type, string Status, decimal Quantity, decimal Filled, decimal? Average,
    decimal? Price, string? PositionId, DateTimeOffset At);
internal sealed record ToyPosition(
    string Id, string Symbol, string Side, decimal Quantity, decimal Average, decimal? StopLoss, decimal? TakeProfit, string ClientId);
internal sealed record ToyFill(string Id, string OrderId, string Symbol, string Side, decimal Quantity, decimal Price, DateTimeOffset At);
internal sealed record ToyEvent(int Id, ToyOrder? Order, ToyFill? Fill, ToyPosition? Position, bool Closed);
internal sealed record ToyNewOrder(
    string ClientId, string Symbol, string Side, string Type, decimal Quantity, decimal? Price, decimal? StopLoss, decimal? TakeProfit);
internal sealed record ToyClosing(string ClientId, decimal? Quantity);
internal sealed record ToyRefusal(string Error, string Code);

/// <summary>The books of the toy broker: hedging positions, orders that are filled in full or by half, events.</summary>
internal sealed class ToyBook
{
    public const string Symbol = "EURUSD.T";
    private const decimal Step = 0.01m;
    private readonly Lock gate = new();
    private readonly List<ToyOrder> orders = [];
    private readonly List<ToyPosition> positions = [];
    private readonly List<ToyFill> fills = [];
    private readonly List<ToyEvent> events = [];
    private readonly HashSet<string> closes = new(StringComparer.Ordinal);
    private int last;
    private int lastEvent;
    private bool fillsHalf;
    private string? refusal;

    public decimal Bid { get; private set; } = 1.0899m;
    public decimal Ask { get; private set; } = 1.0900m;
    public StreamFault Disturbance { get; set; }
    public TaskCompletionSource EventsRead { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ToyPosition> Positions { get { lock (gate) return [.. positions]; } }

    /// <summary>Orders that opened something; closes are not among them.</summary>
    public IReadOnlyList<VenueOrder> Ledger { get { lock (gate) return [.. orders.Where(order => !closes.Contains(order.Id))
        .Select(order => new VenueOrder(order.Id, order.ClientId, order.Quantity))]; } }

    public IReadOnlyList<ToyOrder> Orders(string? id, string? client, bool openOnly)
    {
        lock (gate) return [.. orders.Where(order => (id is null || order.Id == id) && (client is null || order.ClientId == client)
            && (!openOnly || order.Status is "working" or "partial"))];
    }

    public IReadOnlyList<ToyFill> Fills(DateTimeOffset since)
    {
        lock (gate) return [.. fills.Where(fill => fill.At >= since)];
    }

    public (int Next, IReadOnlyList<ToyEvent> Items) Events(int after)
    {
        lock (gate)
        {
            if (after < events.Count) return (events.Count, [.. events.Skip(after)]);
            // Whoever asks for what comes next has taken in what came before.
            EventsRead.TrySetResult();
            return (events.Count, []);
        }
    }

    public void Refuse(string words)
    {
        lock (gate) refusal = words;
    }

    public void FillHalf()
    {
        lock (gate) fillsHalf = true;
    }

    public object Place(ToyNewOrder order)
    {
        lock (gate)
        {
            EventsRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.Exchange(ref refusal, null) is { } words) return new ToyRefusal(words, "HALT");
            if (orders.Exists(known => known.ClientId == order.ClientId))
                return new ToyRefusal($"there is an order {order.ClientId} already", "DUP");
            if (order.Symbol != Symbol) return new ToyRefusal("no such symbol", "SYMBOL");
            if (order.Quantity <= 0 || order.Quantity % Step != 0) return new ToyRefusal($"a quantity is a multiple of {Step}", "QTY");
            var placed = new ToyOrder($"{++last}", order.ClientId, Symbol, order.Side, order.Type, "working", order.Quantity, 0, null,
                order.Price, null, TimeProvider.System.GetUtcNow());
            orders.Add(placed);
            var isReached = order.Type is "market" || Reaches(placed);
            if (isReached) Fill(placed, order.StopLoss, order.TakeProfit);
            else Tell([new ToyEvent(++lastEvent, placed, null, null, false)]);
            return orders.Single(known => known.Id == placed.Id);
        }
    }

    public object Cancel(string id)
    {
        lock (gate)
        {
            if (orders.Find(order => order.Id == id) is not { } found) return new ToyRefusal("no such order", "NOTFOUND");
            if (found.Status is not ("working" or "partial")) return new ToyRefusal($"the order is {found.Status}", "STATE");
            return Change(found, found with { Status = "canceled" });
        }
    }

    public object Reprice(string id, decimal price)
    {
        lock (gate)
        {
            if (orders.Find(order => order.Id == id) is not { Status: "working" } found)
                return new ToyRefusal("no such working order", "STATE");
            return Change(found, found with { Price = price });
        }
    }

    public object Close(string positionId, ToyClosing closing)
    {
        lock (gate)
        {
            if (orders.Exists(known => known.ClientId == closing.ClientId))
                return new ToyRefusal($"there is an order {closing.ClientId} already", "DUP");
            if (positions.Find(position => position.Id == positionId) is not { } open) return new ToyRefusal("no such position", "POS");
            var quantity = closing.Quantity ?? open.Quantity;
            if (quantity <= 0 || quantity > open.Quantity) return new ToyRefusal($"the position has {open.Quantity}", "QTY");
            var (side, price, at) = open.Side is "buy"
                ? ("sell", Bid, TimeProvider.System.GetUtcNow()) : ("buy", Ask, TimeProvider.System.GetUtcNow());
            var order = new ToyOrder($"{++last}", closing.ClientId, Symbol, side, "market", "filled", quantity, quantity, price,
                null, open.Id, at);
            var fill = new ToyFill($"f{++last}", order.Id, Symbol, side, quantity, price, at);
            var rest = open with { Quantity = open.Quantity - quantity };
            orders.Add(order);
            closes.Add(order.Id);
            fills.Add(fill);
            positions.Remove(open);
            if (rest.Quantity > 0) positions.Add(rest);
            Tell([new ToyEvent(++lastEvent, order, null, null, false), new ToyEvent(++lastEvent, null, fill, null,
                false), new ToyEvent(++lastEvent, null, null, rest, rest.Quantity == 0)]);
            return order;
        }
    }

    public void SetPrice(decimal bid, decimal ask)
    {
        lock (gate)
        {
            (Bid, Ask) = (bid, ask);
            foreach (var order in orders.Where(order => order.Status is "working" && Reaches(order)).ToList()) Fill(order, null, null);
        }
    }

    private bool Reaches(ToyOrder order) => (order.Type, order.Side) switch
    {
        ("limit", "buy") => Ask <= order.Price,
        ("limit", _) => Bid >= order.Price,
        ("stop", "buy") => Ask >= order.Price,
        ("stop", _) => Bid <= order.Price,
        _ => false,
    };

    private void Fill(ToyOrder order, decimal? stopLoss, decimal? takeProfit)
    {
        var half = fillsHalf && order.Type is not "market";
        fillsHalf = false;
        var quantity = half ? order.Quantity / 2 : order.Quantity;
        var price = order.Side is "buy" ? Ask : Bid;
        var filled = order with { Status = half ? "partial" : "filled", Filled = quantity, Average = price, PositionId = $"p{order.Id}" };
        var fill = new ToyFill($"f{++last}", order.Id, Symbol, order.Side, quantity, price, TimeProvider.System.GetUtcNow());
        var position = new ToyPosition($"p{order.Id}", Symbol, order.Side, quantity, price, stopLoss, takeProfit, order.ClientId);
        orders[orders.IndexOf(order)] = filled;
        fills.Add(fill);
        positions.Add(position);
        Tell([new ToyEvent(++lastEvent, filled, null, null, false), new ToyEvent(++lastEvent, null, fill, null,
            false), new ToyEvent(++lastEvent, null, null, position, false)]);
    }

    private ToyOrder Change(ToyOrder from, ToyOrder to)
    {
        orders[orders.IndexOf(from)] = to;
        Tell([new ToyEvent(++lastEvent, to, null, null, false)]);
        return to;
    }

    private void Tell(IReadOnlyList<ToyEvent> news)
    {
        events.AddRange(Disturbance switch
        {
            StreamFault.Duplicate => news.SelectMany(one => new[] { one, one }),
            StreamFault.OutOfOrder => news.Reverse(),
            _ => news,
        });
    }
}
