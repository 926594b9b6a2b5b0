using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Market;

/// <summary>Where a price was last fixed, and when.</summary>
internal readonly record struct Anchor(decimal Price, DateTimeOffset At);

/// <summary>
/// The price of a symbol as a pure function of its anchor and the time: at the anchor it is the anchor's price, later it sways around it by
/// at most 0.03 %. The same question has the same answer after a restart.
/// </summary>
internal static class Walk
{
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const decimal Sway = 0.0003m;

    // Slow and fast swings, added up: seconds of a swing and its share.
    private static readonly (long Seconds, decimal Share)[] Swings = [(600, 0.6m), (60, 0.3m), (5, 0.1m)];

    public static Anchor Start(PaperInstrument instrument) => new(instrument.StartPrice, Epoch);

    public static decimal Price(PaperInstrument instrument, Anchor anchor, DateTimeOffset at)
    {
        var tick = instrument.Instrument.TickSize;
        // The sway grows from nothing in the first minute, so that a price that was just fixed still stands.
        var grown = Math.Clamp((decimal)(at - anchor.At).TotalSeconds / 60m, 0m, 1m);
        var drift = (Level(instrument.Instrument.Symbol, at) - Level(instrument.Instrument.Symbol, anchor.At)) * Sway * grown / 2m;
        return Math.Max(tick, Math.Round(anchor.Price * (1m + drift) / tick, MidpointRounding.AwayFromZero) * tick);
    }

    public static Quote Quote(PaperInstrument instrument, Anchor anchor, DateTimeOffset at)
    {
        var middle = Price(instrument, anchor, at);
        var tick = instrument.Instrument.TickSize;
        return new Quote { BrokerSymbol = instrument.Instrument.BrokerSymbol, Bid = middle, Ask = middle + tick, At = at };
    }

    // Between -1 and 1, without jumps.
    private static decimal Level(string symbol, DateTimeOffset at)
    {
        var seed = Seed.Of(symbol);
        var milliseconds = (long)(at - Epoch).TotalMilliseconds;
        var level = 0m;
        foreach (var (seconds, share) in Swings)
        {
            var length = seconds * 1000;
            var step = milliseconds / length;
            var part = (decimal)(milliseconds % length) / length;
            level += share
                * ((Seed.Noise(seed + (ulong)seconds, step) * (1m - part)) + (Seed.Noise(seed + (ulong)seconds, step + 1) * part)) / 1000m;
        }
        return level;
    }
}
