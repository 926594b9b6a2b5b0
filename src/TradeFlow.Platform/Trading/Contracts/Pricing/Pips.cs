using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Trading.Contracts.Pricing;

/// <summary>What a pip is.</summary>
public static class Pips
{
    /// <summary>Ten ticks on FX quotes with 3 or 5 digits, 0.1 on gold, 1 on indices, else one tick.</summary>
    public static decimal Of(Instrument instrument) => instrument.AssetClass switch
    {
        "forex" when Digits(instrument.TickSize) is 3 or 5 => instrument.TickSize * 10,
        "metal" when instrument.Symbol.StartsWith("XAU", StringComparison.Ordinal)
            || instrument.Symbol.StartsWith("GOLD", StringComparison.Ordinal) => 0.1m,
        "index" => 1m,
        _ => instrument.TickSize,
    };

    private static int Digits(decimal tick)
    {
        var digits = 0;
        for (var rest = tick; rest != decimal.Truncate(rest) && digits < 28; digits++) rest *= 10;
        return digits;
    }
}
