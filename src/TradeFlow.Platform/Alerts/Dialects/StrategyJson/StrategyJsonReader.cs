using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.StrategyJson;

/// <summary>Goes where the strategy is: <c>market_position</c> and its size count, and not the order that led there.</summary>
internal static class StrategyJsonReader
{
    private enum Position { Flat, Long, Short }

    private const string Size = "strategy.market_position_size";
    private static readonly WordSet<Position> Positions = new([("flat", Position.Flat), ("long", Position.Long), ("short", Position.Short)]);

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["intent.action"] = "strategy.market_position", ["intent.side"] = "strategy.market_position", ["intent.qty"] = Size, ["intent.size"] = Size,
        ["intent.position_size"] = Size, ["intent.symbol"] = "ticker", ["intent.price"] = "strategy.order_price",
    };

    public static void Read(SentFields fields, AlertReading alert)
    {
        alert.Fields = Fields;
        alert.Time = fields.Time("time");
        var symbol = fields.Has("ticker") ? fields.Symbol("ticker") : fields.Symbol("symbol");
        if (!fields.Has("ticker") && !fields.Has("symbol")) alert.Fault("ticker", "Give a ticker: \"ticker\":\"{{ticker}}\".");
        if (!fields.Has("strategy.market_position")) alert.Fault("strategy.market_position", "It is null: write \"{{strategy.market_position}}\".");
        var now = fields.Word("strategy.market_position", Positions);
        // An exit needs nothing else, and must not fail for it. A position of nothing is flat.
        var size = now == Position.Flat ? null : SizeOf(fields, alert);
        if (now is not { } position || alert.Errors is not null) return;
        var isFlat = position == Position.Flat || size == 0;
        var price = isFlat ? null : fields.Price("strategy.order_price");
        var before = !isFlat && fields.Has("strategy.prev_market_position") ? fields.Word("strategy.prev_market_position", Positions) : null;
        var sizeBefore = isFlat ? null : fields.Number("strategy.prev_market_position_size", FieldText.LargestQuantity);
        if (alert.Errors is not null) return;
        alert.Intent = isFlat
            ? new TradeIntent { Action = TradeAction.Close, Symbol = symbol! } // it has no fault
            : GoTo(position, size, before, sizeBefore) with { Symbol = symbol!, Price = price };
        if (!isFlat && size is null) alert.Gaps = new AccountGaps { Size = Size };
    }

    // {{strategy.position_size}} has a sign: a short is negative.
    private static decimal? SizeOf(SentFields fields, AlertReading alert)
    {
        if (fields.Has(Size) || fields.Raw("strategy.position_size") is not { } signed) return fields.Number(Size, FieldText.LargestQuantity);
        var number = FieldText.Number(signed.Trim().TrimStart('-'), FieldText.LargestQuantity);
        if (number is { Words: null, IsPercent: false }) return number.Value;
        alert.Fault("strategy.position_size", number.Words ?? "Write the number alone, without a percent sign.");
        return null;
    }

    // From the other side, from flat or from an unknown place everything that is open goes first; within a side the difference is traded.
    private static TradeIntent GoTo(Position position, decimal? size, Position? before, decimal? sizeBefore)
    {
        var side = position == Position.Long ? TradeSide.Buy : TradeSide.Sell;
        var anew = new TradeIntent { Action = TradeAction.Reverse, Side = side, Symbol = "", Qty = size };
        if (before != position || size is not { } wanted || sizeBefore is not { } had || wanted == had) return anew;
        return wanted > had ? anew with { Action = TradeAction.Open, Qty = wanted - had } : anew with { Action = TradeAction.Close, Qty = had - wanted };
    }
}
