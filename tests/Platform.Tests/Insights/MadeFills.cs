namespace TradeFlow.Platform.Tests.Insights;

internal sealed record MadeFill(string Id, string? Position, string Symbol, bool IsBuy, decimal Qty, decimal Price, decimal Fees,
    decimal? Pnl, DateTimeOffset At, decimal? Stop = null);

internal sealed record MadeTrade(string Symbol, bool IsLong, decimal Qty, decimal Gross, decimal Fees, decimal? Risk, DateTimeOffset Entry,
    DateTimeOffset Exit);

/// <summary>
/// Trades of one account as they may go: adding, partial closes, turning round with one fill, positions side by side. What each trade came
/// to is known from how it is made: what was received less what was paid.
/// </summary>
internal sealed class MadeFills
{
    /// <summary>Of every symbol here: a tick of 0.25 is 12.5.</summary>
    public const decimal Point = 50;
    private static readonly string[] Symbols = ["MES", "MNQ", "MGC"];
    private readonly Random random;
    private readonly bool isNetting;
    private readonly bool tellsPnl;
    private int number;

    public MadeFills(int seed, bool isNetting, bool tellsPnl, int trades, DateTimeOffset from)
    {
        (random, this.isNetting, this.tellsPnl) = (new Random(seed), isNetting, tellsPnl);
        var clocks = Symbols.ToDictionary(symbol => symbol, _ => from);
        var turned = new Dictionary<string, MadeFill>();
        while (Trades.Count < trades)
        {
            var symbol = Symbols[random.Next(Symbols.Length)];
            clocks[symbol] = Make(symbol, clocks[symbol].AddMinutes(random.Next(30, 3000)), turned);
        }
        Fills.Sort((one, other) => one.At.CompareTo(other.At));
    }

    public List<MadeFill> Fills { get; } = [];

    public List<MadeTrade> Trades { get; } = [];

    private DateTimeOffset Make(string symbol, DateTimeOffset at, Dictionary<string, MadeFill> turned)
    {
        var position = isNetting ? null : $"P{++number}";
        var isLong = random.Next(2) == 0;
        var (held, cash, fees, told) = (0m, 0m, 0m, 0m);
        decimal? risk = 0;
        var hasStops = random.Next(3) > 0;
        DateTimeOffset? entry = null;
        // What turned round belongs to this trade with the part that was left of it.
        if (turned.Remove(symbol, out var first))
        {
            isLong = first.IsBuy;
            (held, fees, entry) = (first.Qty, first.Fees, first.At);
            cash = -first.Qty * first.Price * (isLong ? 1 : -1);
            Risk(first.Qty, first.Price, first.Stop);
        }
        for (var adds = random.Next(1, 4); adds > 0; adds--) Fill(isLong, random.Next(1, 5), null);
        var qty = held;
        while (held > 0 && random.Next(3) > 0)
        {
            // Now and then more is bought between two sales.
            if (random.Next(5) == 0)
            {
                var more = random.Next(1, 3);
                qty += more;
                Fill(isLong, more, null);
            }
            var part = random.Next(1, (int)held + 1);
            if (part < held) Fill(!isLong, part, random.Next(-500, 500) / 4m);
        }
        var rest = isNetting && random.Next(3) == 0 ? random.Next(1, 4) : 0;
        var price = Price();
        var cost = random.Next(0, 120) / 100m;
        var total = held + rest;
        at = Next();
        cash += held * price * (isLong ? 1 : -1);
        fees += cost * held;
        var gross = cash * Point;
        var stop = rest > 0 ? Stop(!isLong, price) : null;
        Fills.Add(new MadeFill($"F{++number}", position, symbol, !isLong, total, price, cost * total, tellsPnl ? gross - fees - told
            : null, at, stop));
        if (rest > 0) turned[symbol] = new MadeFill("", position, symbol, !isLong, rest, price, cost * rest, null, at, stop);
        Trades.Add(new MadeTrade(symbol, isLong, qty, gross, fees, risk * Point, entry ?? throw new InvalidOperationException(), at));
        return at;

        void Fill(bool isBuy, decimal many, decimal? pnl)
        {
            at = Next();
            entry ??= at;
            var (each, paid) = (Price(), random.Next(0, 300) / 100m);
            held += isBuy == isLong ? many : -many;
            cash -= many * each * (isBuy ? 1 : -1);
            fees += paid;
            if (pnl is { } made) told += made;
            var stop = isBuy == isLong ? Stop(isLong, each) : null;
            if (isBuy == isLong) Risk(many, each, stop);
            Fills.Add(new MadeFill($"F{++number}", position, symbol, isBuy, many, each, paid, tellsPnl ? pnl : null, at, stop));
        }

        // Some have none, and some were filled beyond it.
        decimal? Stop(bool ofLong, decimal price) => !hasStops || random.Next(12) == 0 ? null
            : price + ((ofLong ? -1 : 1) * 0.25m * random.Next(random.Next(20) == 0 ? -3 : 1, 200));

        void Risk(decimal many, decimal price, decimal? stop)
        {
            var each = isLong ? price - stop : stop - price;
            risk = each > 0 ? risk + (each * many) : null;
        }

        decimal Price() => 5000 + (random.Next(-400, 400) * 0.25m);

        DateTimeOffset Next() => at.AddSeconds(random.Next(1, 4000)).AddTicks(random.Next(1, 900_000) * 10);
    }
}
