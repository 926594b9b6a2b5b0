using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>The words of the dialect; case does not matter.</summary>
internal static class IntentWords
{
    public static readonly WordSet<TradeAction> Actions = new(
        [("open", TradeAction.Open), ("close", TradeAction.Close), ("reverse", TradeAction.Reverse), ("flatten", TradeAction.Flatten),
            ("cancel", TradeAction.Cancel), ("target", TradeAction.Target), ("protect", TradeAction.Protect),
            ("breakeven", TradeAction.Breakeven)], [("buy", "buy and sell belong into side."), ("sell", "buy and sell belong into side."),
                ("exit", "Write close."), ("entry", "Write open.")]);

    public static readonly WordSet<TradeSide> Sides = new(
        [("buy", TradeSide.Buy), ("sell", TradeSide.Sell)],
        [("long", "Write buy for long."), ("short", "Write sell for short."), ("flat", "To get out, write \"action\":\"close\".")]);

    public static readonly WordSet<HeldSide> Positions = PositionWords.All;

    public static readonly WordSet<TradeType> Types =
        new([("market", TradeType.Market), ("limit", TradeType.Limit), ("stop", TradeType.Stop)]);

    public static readonly WordSet<PriceMode> StopModes = new(
        [("price", PriceMode.Price), ("pips", PriceMode.Pips), ("ticks", PriceMode.Ticks), ("percent", PriceMode.Percent)],
        [("rr", "rr is a multiple of the stop's own distance: it is for tp.")]);

    public static readonly WordSet<PriceMode> TargetModes = new(
        [("price", PriceMode.Price), ("pips", PriceMode.Pips), ("ticks", PriceMode.Ticks), ("percent", PriceMode.Percent),
            ("rr", PriceMode.Rr)]);

    public static readonly WordSet<SizeMode> SizeModes = SizeWords.Modes;
}
