using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>The words of the dialect; case does not matter.</summary>
internal static class IntentWords
{
    public static readonly Set<TradeAction> Actions = new(
        [("open", TradeAction.Open), ("close", TradeAction.Close), ("reverse", TradeAction.Reverse), ("flatten", TradeAction.Flatten), ("cancel", TradeAction.Cancel)],
        [("buy", "buy and sell belong into side."), ("sell", "buy and sell belong into side."), ("exit", "Write close."), ("entry", "Write open.")]);

    public static readonly Set<TradeSide> Sides = new(
        [("buy", TradeSide.Buy), ("sell", TradeSide.Sell)],
        [("long", "Write buy for long."), ("short", "Write sell for short."), ("flat", "To get out, write \"action\":\"close\".")]);

    public static readonly Set<TradeType> Types = new([("market", TradeType.Market), ("limit", TradeType.Limit), ("stop", TradeType.Stop)]);

    public static readonly Set<PriceMode> StopModes = new(
        [("price", PriceMode.Price), ("pips", PriceMode.Pips), ("ticks", PriceMode.Ticks), ("percent", PriceMode.Percent)],
        [("rr", "rr is a multiple of the stop's own distance: it is for tp.")]);

    public static readonly Set<PriceMode> TargetModes = new(
        [("price", PriceMode.Price), ("pips", PriceMode.Pips), ("ticks", PriceMode.Ticks), ("percent", PriceMode.Percent), ("rr", PriceMode.Rr)]);

    public static readonly Set<SizeMode> SizeModes = new(
        [("risk_percent", SizeMode.RiskPercent), ("risk_money", SizeMode.RiskMoney), ("equity_percent", SizeMode.EquityPercent), ("units", SizeMode.Units)]);

    /// <summary>Words and their meaning, and the mend for words that people write instead.</summary>
    internal sealed class Set<T>((string Word, T Value)[] words, (string Word, string Mend)[]? mends = null) where T : struct, Enum
    {
        public IReadOnlyList<string> Words { get; } = [.. words.Select(word => word.Word)];

        public string List { get; } = string.Join(", ", words.Select(word => word.Word));

        public T? Find(string text)
        {
            foreach (var (word, value) in words)
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
            return null;
        }

        public string MendOf(string text)
        {
            foreach (var (word, mend) in mends ?? [])
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return mend;
            return $"Use one of: {List}.";
        }
    }
}
