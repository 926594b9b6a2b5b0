using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>TradingView's words for where a strategy is, and the target that such a word means.</summary>
internal static class PositionWords
{
    public static readonly WordSet<HeldSide> All = new(
        [("long", HeldSide.Long), ("short", HeldSide.Short), ("flat", HeldSide.Flat)],
        [("buy", "Write long for buy."), ("sell", "Write short for sell.")]);

    /// <summary>An exit where it is flat.</summary>
    public static TradeIntent Target(string symbol, TargetRule target) => new()
    {
        Action = TradeAction.Target,
        Side = target.Position switch { HeldSide.Long => TradeSide.Buy, HeldSide.Short => TradeSide.Sell, _ => null },
        Symbol = symbol,
        Target = target.Position == HeldSide.Flat ? target with { Size = 0, Entry = null, IsOrder = false } : target,
    };
}
