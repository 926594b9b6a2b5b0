using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.StrategyJson;

/// <summary>Goes where the strategy is: <c>market_position</c> and its size count, and not the order that led there.</summary>
internal static class StrategyJsonReader
{
    private const string Size = "strategy.market_position_size";

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["intent.action"] = "strategy.market_position", ["intent.side"] = "strategy.market_position", ["intent.qty"] = Size,
        ["intent.size"] = Size, ["intent.position_size"] = Size, ["intent.symbol"] = "ticker", ["intent.price"] = "strategy.order_price",
    };

    public static void Read(SentFields fields, AlertReading alert)
    {
        alert.Fields = Fields;
        alert.Time = fields.Time("time");
        var symbol = fields.Has("ticker") ? fields.Symbol("ticker") : fields.Symbol("symbol");
        if (!fields.Has("ticker") && !fields.Has("symbol")) alert.Fault("ticker", "Give a ticker: \"ticker\":\"{{ticker}}\".");
        if (!fields.Has("strategy.market_position"))
            alert.Fault("strategy.market_position", "It is null: write \"{{strategy.market_position}}\".");
        var now = fields.Word("strategy.market_position", PositionWords.All);
        // An exit needs nothing else, and must not fail for it. A position of nothing is flat.
        var size = now == HeldSide.Flat ? null : SizeOf(fields, alert);
        if (now is not { } position || alert.Errors is not null) return;
        var isFlat = position == HeldSide.Flat || size == 0;
        var price = isFlat ? fields.PriceIfReadable("strategy.order_price") : fields.Price("strategy.order_price");
        var (before, sizeBefore) = isFlat ? IfReadable(fields) : Before(fields);
        if (alert.Errors is not null) return;
        var target = new TargetRule
        {
            Position = isFlat ? HeldSide.Flat : position, Size = size,
            Previous = sizeBefore == 0 && before is not null ? HeldSide.Flat : before, PreviousSize = sizeBefore, Time = alert.Time,
        };
        alert.Intent = PositionWords.Target(symbol!, target) with { Price = price }; // it has no fault
        if (!isFlat && size is null) alert.Gaps = new AccountGaps { Size = Size };
    }

    private static (HeldSide? Position, decimal? Size) Before(SentFields fields) =>
        (fields.Word("strategy.prev_market_position", PositionWords.All),
            fields.Number("strategy.prev_market_position_size", FieldText.LargestQuantity));

    // An exit is worth more than what it says of before.
    private static (HeldSide? Position, decimal? Size) IfReadable(SentFields fields)
    {
        var size = FieldText.Number(fields.Raw("strategy.prev_market_position_size"), FieldText.LargestQuantity);
        return (PositionWords.All.Find(fields.Raw("strategy.prev_market_position") ?? ""), size is { Words: null, IsPercent: false }
            ? size.Value : null);
    }

    // {{strategy.position_size}} has a sign: a short is negative.
    private static decimal? SizeOf(SentFields fields, AlertReading alert)
    {
        if (fields.Has(Size) || fields.Raw("strategy.position_size") is not { } signed)
            return fields.Number(Size, FieldText.LargestQuantity);
        var number = FieldText.Number(signed.Trim().TrimStart('-'), FieldText.LargestQuantity);
        if (number is { Words: null, IsPercent: false }) return number.Value;
        alert.Fault("strategy.position_size", number.Words ?? "Write the number alone, without a percent sign.");
        return null;
    }
}
