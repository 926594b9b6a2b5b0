using TradeFlow.BrokerSdk.Testing;

namespace Acme.Tests.Venue;

internal sealed record Order(
    string Id, string? ClientId, string Symbol, string Side, string Type, decimal Quantity, decimal? Price, decimal? StopLoss,
    decimal? TakeProfit, DateTimeOffset At)
{
    public string Status { get; init; } = "working";
    public decimal Filled { get; init; }
    public decimal? AveragePrice { get; init; }
    public string? PositionId { get; init; }
    public decimal? Profit { get; init; }
}

internal sealed record Position(
    string Id, string? ClientId, string Symbol, string Side, decimal Quantity, decimal AveragePrice, decimal? StopLoss, decimal? TakeProfit,
    DateTimeOffset At)
{
    public decimal? CurrentPrice { get; init; }
    public decimal? Profit { get; init; }
}

internal sealed record Fill(
    string Id, string OrderId, string Symbol, string Side, decimal Quantity, decimal Price, string? PositionId, decimal? Profit,
    DateTimeOffset At);

internal sealed record Account(string Id, string Name, string Currency, decimal Balance, decimal Equity, decimal FreeMargin);

internal sealed record State(Account Account, Order[] Orders, Position[] Positions, Fill[] Fills);

/// <summary>The broker refuses, in its own words.</summary>
internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}

/// <summary>The broker's side of one account: orders, positions, fills and a price that stands still until it is set.</summary>
internal sealed class Book
{
    public const string Symbol = "EURUSD.a";
    public const decimal Contract = 100_000m;

    private readonly Lock gate = new();
    private readonly List<Order> orders = [];
    private readonly List<Position> positions = [];
    private readonly List<Fill> fills = [];
    private readonly List<VenueOrder> ledger = [];
    private decimal bid;
    private decimal ask;
    private decimal balance;
    private int last;

    public Book() => Reset();

    public string? RefuseNext { get; set; }
    public bool FillsPartOfNext { get; set; }

    public IReadOnlyList<VenueOrder> Ledger
    {
        get
        {
            lock (gate) return [.. ledger];
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            orders.Clear();
            positions.Clear();
            fills.Clear();
            ledger.Clear();
            (bid, ask, balance, RefuseNext, FillsPartOfNext) = (1.0998m, 1.1000m, 10_000m, null, false);
        }
    }

    public Account Account()
    {
        lock (gate)
        {
            var equity = balance + positions.Sum(Profit);
            return new Account("A1", "Demo account", "USD", balance, equity, equity);
        }
    }

    public (decimal Bid, decimal Ask) Prices
    {
        get
        {
            lock (gate) return (bid, ask);
        }
    }

    public Order[] Orders(Func<Order, bool> which)
    {
        lock (gate) return [.. orders.Where(which)];
    }

    public State State()
    {
        lock (gate)
        {
            return new State(
                Account(),
                [.. orders.Where(order => order.Status == "working")],
                [.. positions.Select(position => position with { CurrentPrice = Exit(position.Side), Profit = Profit(position) })],
                [.. fills]);
        }
    }

    public Order Place(
        string clientId, string symbol, string side, string type, decimal quantity, decimal? price, decimal? stopLoss, decimal? takeProfit)
    {
        lock (gate)
        {
            if (RefuseNext is { } words)
            {
                RefuseNext = null;
                throw new RefusedException(422, "order_refused", words);
            }
            if (orders.Exists(order => order.ClientId == clientId))
                throw new RefusedException(409, "duplicate_client_id", "An order with this client_id is known already.");
            if (symbol != Symbol) throw new RefusedException(422, "not_tradable", "This symbol cannot be traded.");
            if (quantity < 0.01m || quantity % 0.01m != 0)
                throw new RefusedException(422, "invalid_quantity", "The quantity is below the minimum or off the step.");
            var order = new Order(NewId("O"), clientId, symbol, side, type, quantity, type == "market" ? null : price, stopLoss, takeProfit,
                DateTimeOffset.UtcNow);
            orders.Add(order);
            ledger.Add(new VenueOrder(order.Id, clientId, quantity));
            return type == "market" ? FillOrder(order, quantity, side == "buy" ? ask : bid) : Trigger(order);
        }
    }

    public Order Cancel(string id)
    {
        lock (gate)
        {
            var order = orders.Find(order => order.Id == id)
                ?? throw new RefusedException(404, "order_not_found", "There is no such order.");
            if (order.Status != "working") throw new RefusedException(409, "order_filled", $"The order is {order.Status} already.");
            return Put(order with { Status = "canceled" });
        }
    }

    public Order Close(string id, string clientId, decimal? part)
    {
        lock (gate)
        {
            if (orders.Exists(order => order.ClientId == clientId))
                throw new RefusedException(409, "duplicate_client_id", "An order with this client_id is known already.");
            var position = positions.Find(position => position.Id == id)
                ?? throw new RefusedException(422, "position_not_found", "There is no such position.");
            var quantity = part ?? position.Quantity;
            if (quantity <= 0 || quantity > position.Quantity || quantity % 0.01m != 0)
                throw new RefusedException(422, "invalid_quantity", "The quantity is more than is open, or off the step.");
            var price = Exit(position.Side);
            var profit = Profit(position with { Quantity = quantity });
            balance += profit;
            positions.Remove(position);
            if (quantity < position.Quantity) positions.Add(position with { Quantity = position.Quantity - quantity });
            var order = new Order(NewId("O"), clientId, Symbol, position.Side == "buy" ? "sell" : "buy", "market", quantity, null, null,
                null, DateTimeOffset.UtcNow)
            {
                Status = "filled", Filled = quantity, AveragePrice = price, PositionId = id, Profit = profit,
            };
            orders.Add(order);
            fills.Add(new Fill(NewId("F"), order.Id, Symbol, order.Side, quantity, price, id, profit, DateTimeOffset.UtcNow));
            return order;
        }
    }

    public void SetPrice(decimal newBid, decimal newAsk)
    {
        lock (gate)
        {
            (bid, ask) = (newBid, newAsk);
            foreach (var order in orders.Where(order => order.Status == "working").ToList()) Trigger(order);
        }
    }

    private Order Trigger(Order order)
    {
        var reached = order switch
        {
            { Type: "limit", Side: "buy" } => ask <= order.Price,
            { Type: "limit" } => bid >= order.Price,
            { Side: "buy" } => ask >= order.Price,
            _ => bid <= order.Price,
        };
        if (!reached) return order;
        var price = order.Type == "limit" ? order.Price!.Value : order.Side == "buy" ? ask : bid; // it was compared above
        if (!FillsPartOfNext) return FillOrder(order, order.Quantity, price);
        FillsPartOfNext = false;
        return FillOrder(order, order.Quantity / 2, price);
    }

    private Order FillOrder(Order order, decimal quantity, decimal price)
    {
        var position = new Position(NewId("P"), order.ClientId, Symbol, order.Side, quantity, price, order.StopLoss, order.TakeProfit,
            DateTimeOffset.UtcNow);
        positions.Add(position);
        fills.Add(new Fill(NewId("F"), order.Id, Symbol, order.Side, quantity, price, position.Id, null, DateTimeOffset.UtcNow));
        return Put(order with
        {
            Filled = quantity, AveragePrice = price, PositionId = position.Id, Status = quantity == order.Quantity ? "filled" : "working"
        });
    }

    private Order Put(Order order)
    {
        orders[orders.FindIndex(known => known.Id == order.Id)] = order;
        return order;
    }

    private decimal Exit(string side) => side == "buy" ? bid : ask;

    private decimal Profit(Position position) =>
        (Exit(position.Side) - position.AveragePrice) * position.Quantity * Contract * (position.Side == "buy" ? 1 : -1);

    private string NewId(string kind) => $"{kind}{++last}";
}
