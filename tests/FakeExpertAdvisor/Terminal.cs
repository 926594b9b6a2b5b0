using System.Globalization;

namespace TradeFlow.FakeExpertAdvisor;

/// <summary>
/// A trading account as a terminal shows it: positions, pending orders, prices and the broker's moods. Several agents may run on it.
/// </summary>
public sealed class Terminal
{
    private readonly Lock gate = new();
    private long nextTicket = 1000;

    public string Login { get; set; } = "5001";
    public string Server { get; set; } = "Demo-1";
    public string Mode { get; set; } = "demo";
    public string Platform { get; set; } = "MT5";
    public string Currency { get; set; } = "USD";
    public bool Hedging { get; set; } = true;
    public decimal Balance { get; set; } = 10_000m;
    public TimeSpan BrokerOffset { get; set; } = TimeSpan.FromHours(2);

    /// <summary>The button of the terminal: off, everything is refused with 10027.</summary>
    public bool AutoTrading { get; set; } = true;

    /// <summary>Answers the next command with this code, without executing it.</summary>
    public int? NextRetcode { get; set; }

    /// <summary>The broker's words with <see cref="NextRetcode"/>.</summary>
    public string NextWords { get; set; } = "";

    /// <summary>Executes the next command, and answers with this code all the same (10012 or 10031).</summary>
    public int? NextUnclear { get; set; }

    /// <summary>The broker keeps so many characters of a comment; 0 replaces it.</summary>
    public int CommentLength { get; set; } = 31;

    public Dictionary<string, FakeSymbol> Symbols { get; } = new(StringComparer.Ordinal)
    {
        ["EURUSD.r"] = new("EURUSD.r", 5, 0.00001m, 1m, 100_000m, 1.09190m, 1.09210m),
        ["XAUUSD.r"] = new("XAUUSD.r", 2, 0.01m, 1m, 100m, 2400.10m, 2400.40m),
        ["US30.r"] = new("US30.r", 1, 0.1m, 0.1m, 1m, 39000.0m, 39002.0m),
    };

    public List<FakePosition> Positions { get; } = [];
    public List<FakeOrder> Orders { get; } = [];

    /// <summary>Ids of the commands that were executed, each time they were.</summary>
    public List<string> Executed { get; } = [];

    /// <summary>Every order that was booked: ticket, comment and lots.</summary>
    public List<(string Ticket, string Id, decimal Lots)> Booked { get; } = [];

    public decimal Equity => Balance + Positions.Sum(Profit);

    /// <summary>True when something of the command is to be seen, as an agent looks before it executes one again.</summary>
    public bool Shows(FakeCommand command)
    {
        lock (gate) return Positions.Exists(position => position.Magic == command.Magic && command.Magic != 0)
            || Orders.Exists(order => order.Magic == command.Magic && command.Magic != 0);
    }

    public FakeResult Execute(FakeCommand command)
    {
        lock (gate)
        {
            if (!AutoTrading) return FakeResult.Rejected(command.Id, Platform == "MT4" ? 4109 : 10027, "");
            if (NextRetcode is { } refused)
            {
                NextRetcode = null;
                var words = NextWords;
                NextWords = "";
                return FakeResult.Rejected(command.Id, refused, words);
            }
            Executed.Add(command.Id);
            var result = command.Verb switch
            {
                "open" => Open(command),
                "close" => Close(command),
                "modify" => Modify(command),
                "cancel" => Cancel(command),
                _ => FakeResult.Rejected(command.Id, 10013, $"No verb {command.Verb}"),
            };
            if (NextUnclear is not { } unclear) return result;
            NextUnclear = null;
            return new FakeResult(command.Id, "unknown", unclear, "", 0, 0, "");
        }
    }

    public decimal Profit(FakePosition position)
    {
        var symbol = Symbols[position.Symbol];
        return Math.Round((Exit(position, symbol) - position.OpenPrice) / symbol.TickSize * symbol.TickValue * position.Lots
            * (position.Side == "BUY" ? 1 : -1), 2);
    }

    public static decimal Exit(FakePosition position, FakeSymbol symbol) => position.Side == "BUY" ? symbol.Bid : symbol.Ask;

    private FakeResult Open(FakeCommand command)
    {
        if (!Symbols.TryGetValue(command.Symbol, out var symbol))
            return FakeResult.Rejected(command.Id, 10013, $"Unknown symbol {command.Symbol}");
        if (command.Lots <= 0 || command.Lots % 0.01m != 0)
            return FakeResult.Rejected(command.Id, Platform == "MT4" ? 131 : 10014, "Invalid volume");
        var price = command.Side == "BUY" ? symbol.Ask : symbol.Bid;
        if (command.Type != "MARKET")
        {
            var order = new FakeOrder(Ticket(), command.Symbol, command.Side, command.Type, command.Lots, command.Price, command.Sl,
                command.Tp, command.Magic, Clip(command.Comment));
            Orders.Add(order);
            Booked.Add((order.Ticket, command.Id, order.Lots));
            return new FakeResult(command.Id, "done", 10009, order.Ticket, 0, 0, "");
        }
        if (command.Sl > 0 && (command.Side == "BUY" ? command.Sl >= price : command.Sl <= price))
            return FakeResult.Rejected(command.Id, Platform == "MT4" ? 130 : 10016, "Invalid stops");
        if (!Hedging && Positions.Find(position => position.Symbol == command.Symbol) is { } held) return Net(command, held, price);
        var opened = new FakePosition(Ticket(), command.Symbol, command.Side, command.Lots, price, command.Sl, command.Tp, command.Magic,
            Clip(command.Comment));
        Positions.Add(opened);
        Booked.Add((opened.Ticket, command.Id, opened.Lots));
        return Done(command, opened.Ticket, price, command.Lots);
    }

    // One position per symbol: the same side adds, the other one reduces, closes or turns.
    private FakeResult Net(FakeCommand command, FakePosition held, decimal price)
    {
        if (held.Side == command.Side)
        {
            held.OpenPrice = ((held.OpenPrice * held.Lots) + (price * command.Lots)) / (held.Lots + command.Lots);
            held.Lots += command.Lots;
        }
        else
        {
            var closed = Math.Min(held.Lots, command.Lots);
            Realise(held, closed);
            if (command.Lots > closed) Positions.Add(new FakePosition(held.Ticket, command.Symbol, command.Side, command.Lots - closed,
                price, command.Sl, command.Tp, command.Magic, Clip(command.Comment)));
        }
        return Done(command, held.Ticket, price, command.Lots);
    }

    private FakeResult Close(FakeCommand command)
    {
        if (Positions.Find(position => position.Ticket == command.Ticket) is not { } position)
            return FakeResult.Rejected(command.Id, Platform == "MT4" ? 4108 : 10013, "Position not found");
        var lots = command.Lots > 0 && command.Lots < position.Lots ? command.Lots : position.Lots;
        var price = Exit(position, Symbols[position.Symbol]);
        var left = position.Lots - lots;
        var profit = Realise(position, lots);
        // MetaTrader 4 gives the rest a ticket of its own.
        if (left > 0 && Platform == "MT4")
        {
            Positions.Remove(position);
            Positions.Add(new FakePosition(Ticket(), position.Symbol, position.Side, left, position.OpenPrice, position.Sl, position.Tp,
                position.Magic, $"from #{position.Ticket}"));
        }
        return Done(command, position.Ticket, price, lots) with { Profit = profit };
    }

    private decimal Realise(FakePosition position, decimal lots)
    {
        var profit = Math.Round(Profit(position) * lots / position.Lots, 2);
        Balance += profit;
        position.Lots -= lots;
        if (position.Lots == 0) Positions.Remove(position);
        return profit;
    }

    private FakeResult Modify(FakeCommand command)
    {
        if (Positions.Find(position => position.Ticket == command.Ticket) is { } position)
            (position.Sl, position.Tp) = (command.Sl, command.Tp);
        else if (Orders.FindIndex(order => order.Ticket == command.Ticket) is >= 0 and var at)
            Orders[at] = Orders[at] with { Sl = command.Sl, Tp = command.Tp, Price = command.Price > 0 ? command.Price : Orders[at].Price };
        else return FakeResult.Rejected(command.Id, 10013, "Ticket not found");
        return Done(command, command.Ticket, 0, 0);
    }

    private FakeResult Cancel(FakeCommand command) =>
        Orders.RemoveAll(order => order.Ticket == command.Ticket) > 0
            ? Done(command, command.Ticket, 0, 0) : FakeResult.Rejected(command.Id, Platform == "MT4" ? 4108 : 10013, "Order not found");

    /// <summary>The price reaches a pending order.</summary>
    public void Fill(string ticket)
    {
        lock (gate)
        {
            var order = Orders.Find(candidate => candidate.Ticket == ticket)
                ?? throw new ArgumentException($"No order {ticket}.", nameof(ticket));
            Orders.Remove(order);
            Positions.Add(new FakePosition(order.Ticket, order.Symbol, order.Side, order.Lots, order.Price, order.Sl, order.Tp, order.Magic,
                order.Comment));
        }
    }

    /// <summary>A new price, and what it triggers.</summary>
    public void SetPrice(string name, decimal bid, decimal ask)
    {
        lock (gate)
        {
            Symbols[name] = Symbols[name] with { Bid = bid, Ask = ask };
            foreach (var order in Orders.Where(order => order.Symbol == name && Reached(order, order.Side == "BUY" ? ask : bid)).ToList())
                Fill(order.Ticket);
            foreach (var position in Positions.Where(
                position => position.Symbol == name && Stopped(position, Exit(position, Symbols[name]))).ToList())
                Realise(position, position.Lots);
        }
    }

    /// <summary>Flat, with the money and the moods of the start.</summary>
    public void Reset()
    {
        lock (gate)
        {
            Positions.Clear();
            Orders.Clear();
            Executed.Clear();
            Booked.Clear();
            (Balance, AutoTrading, NextRetcode, NextUnclear, NextWords) = (10_000m, true, null, null, "");
        }
    }

    private static bool Reached(FakeOrder order, decimal price) =>
        (order.Type == "LIMIT") == (order.Side == "BUY") ? price <= order.Price : price >= order.Price;

    private static bool Stopped(FakePosition position, decimal exit) => position.Side == "BUY"
        ? (position.Sl > 0 && exit <= position.Sl) || (position.Tp > 0 && exit >= position.Tp)
        : (position.Sl > 0 && exit >= position.Sl) || (position.Tp > 0 && exit <= position.Tp);

    private FakeResult Done(FakeCommand command, string ticket, decimal price, decimal lots) =>
        new(command.Id, "done", Platform == "MT4" ? 0 : 10009, ticket, price, lots, "");

    private string Clip(string comment) => comment[..Math.Min(comment.Length, CommentLength)];

    private string Ticket() => (++nextTicket).ToString(CultureInfo.InvariantCulture);
}

public sealed record FakeSymbol(
    string Name, int Digits, decimal TickSize, decimal TickValue, decimal ContractSize, decimal Bid, decimal Ask);

public sealed class FakePosition(
    string ticket, string symbol, string side, decimal lots, decimal openPrice, decimal sl, decimal tp, long magic, string comment)
{
    public string Ticket { get; } = ticket;
    public string Symbol { get; } = symbol;
    public string Side { get; } = side;
    public decimal Lots { get; set; } = lots;
    public decimal OpenPrice { get; set; } = openPrice;
    public decimal Sl { get; set; } = sl;
    public decimal Tp { get; set; } = tp;
    public long Magic { get; } = magic;
    public string Comment { get; } = comment;
    public DateTime OpenedUtc { get; } =
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).UtcDateTime;
}

public sealed record FakeOrder(
    string Ticket, string Symbol, string Side, string Type, decimal Lots, decimal Price, decimal Sl, decimal Tp, long Magic,
    string Comment);

public sealed record FakeCommand(
    string Id, string Verb, string Symbol, string Side, string Type, decimal Lots, decimal Price, decimal Sl, decimal Tp, string Ticket,
    long Magic, string Comment, DateTime Expires);

public sealed record FakeResult(string Id, string Status, int Retcode, string Ticket, decimal Price, decimal Lots, string Message)
{
    public decimal? Profit { get; init; }

    public static FakeResult Rejected(string id, int retcode, string message) => new(id, "rejected", retcode, "", 0, 0, message);
}
