namespace TradeFlow.Simulators.Shared;

/// <summary>Bid and ask of a symbol, in its quote currency.</summary>
public readonly record struct Quote(decimal Bid, decimal Ask)
{
    public decimal Mid => (Bid + Ask) / 2;
}

/// <summary>What the walk needs to know of a symbol. Prices are multiples of the tick.</summary>
public sealed record WalkingSymbol(string Name, decimal Start, decimal Tick, decimal Spread);

/// <summary>
/// Prices that move by a seeded random walk around their start, and stand still when they are frozen. Not thread-safe: every simulator
/// calls it under its own gate, so that a price and what it triggers are one step.
/// </summary>
public sealed class PriceWalk
{
    private readonly Dictionary<string, Entry> entries;
    private readonly Random random;

    public PriceWalk(IEnumerable<WalkingSymbol> symbols, int seed)
    {
        random = new Random(seed);
        entries = symbols.ToDictionary(symbol => symbol.Name, symbol => new Entry(symbol), StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<string> Symbols => entries.Keys;

    public bool Walking { get; set; } = true;

    public bool Knows(string symbol) => entries.ContainsKey(symbol);

    public Quote this[string symbol] => entries[symbol].Quote;

    public bool IsFrozen(string symbol) => entries[symbol].Frozen;

    /// <summary>The highest and lowest bid and the first bid since the start of the simulator, for a daily bar.</summary>
    public (decimal Open, decimal High, decimal Low, decimal Close) Day(string symbol)
    {
        var entry = entries[symbol];
        return (entry.Symbol.Start, entry.High, entry.Low, entry.Quote.Bid);
    }

    /// <summary>
    /// Sets the price by hand. A price that was set stays until the symbol is thawed, unless <paramref name="freeze"/> is false.
    /// </summary>
    public void Set(string symbol, decimal? bid, decimal? ask, bool freeze)
    {
        var entry = entries[symbol];
        var newBid = bid ?? ask - entry.Symbol.Spread ?? entry.Quote.Bid;
        var newAsk = ask ?? bid + entry.Symbol.Spread ?? entry.Quote.Ask;
        entry.Frozen = freeze;
        entry.Show(new Quote(newBid, Math.Max(newBid, newAsk)));
    }

    public void Freeze(string symbol, bool frozen) => entries[symbol].Frozen = frozen;

    public void Step()
    {
        if (!Walking) return;
        foreach (var entry in entries.Values)
        {
            var draw = Gaussian();
            if (!entry.Frozen) entry.Move(draw);
        }
    }

    public void Reset()
    {
        Walking = true;
        foreach (var entry in entries.Values) entry.Reset();
    }

    private double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed class Entry
    {
        public Entry(WalkingSymbol symbol)
        {
            Symbol = symbol;
            Reset();
        }

        public WalkingSymbol Symbol { get; }
        public Quote Quote { get; private set; }
        public bool Frozen { get; set; }
        public decimal High { get; private set; }
        public decimal Low { get; private set; }

        public void Reset()
        {
            Frozen = false;
            Quote = new Quote(Symbol.Start - Symbol.Spread, Symbol.Start);
            High = Low = Quote.Bid;
        }

        // 0.002 % a step, drawn back to the start, so that a simulator that runs for days still quotes something near the real world.
        public void Move(double draw)
        {
            var bid = Quote.Bid + Symbol.Start * 0.00002m * (decimal)draw + (Symbol.Start - Quote.Ask) * 0.0005m;
            bid = Math.Max(Symbol.Tick, Math.Round(bid / Symbol.Tick) * Symbol.Tick);
            Show(new Quote(bid, bid + Symbol.Spread));
        }

        public void Show(Quote quote)
        {
            Quote = quote;
            High = Math.Max(High, quote.Bid);
            Low = Math.Min(Low, quote.Bid);
        }
    }
}
