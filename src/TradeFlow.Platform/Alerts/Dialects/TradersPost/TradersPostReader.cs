using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.TradersPost;

/// <summary>
/// A buy first exits a short and then enters, unless <c>sentiment</c> says that it is a part of the short that is bought back; a sell
/// likewise. Exits read what they need and no more: they must not fail for the rest.
/// </summary>
internal sealed class TradersPostReader(SentFields fields, AlertReading alert)
{
    private enum Act { Buy, Sell, Exit, Cancel, Add, Reverse, Breakeven }

    private enum QuantityType { Fixed, RiskMoney, EquityPercent }

    private const string NoTrail = "A stop that trails is not kept here: use type stop with a percent or a stopPrice.";

    private static readonly WordSet<Act> Acts = new(
        [("buy", Act.Buy), ("sell", Act.Sell), ("exit", Act.Exit), ("cancel", Act.Cancel), ("add", Act.Add), ("reverse", Act.Reverse),
            ("breakeven", Act.Breakeven)], [("close", "Write exit."), ("long", "Write buy."), ("short", "Write sell.")]);

    private static readonly WordSet<HeldSide> Sentiments = new(
        [("bullish", HeldSide.Long), ("long", HeldSide.Long), ("bearish", HeldSide.Short), ("short", HeldSide.Short),
            ("flat", HeldSide.Flat)]);

    private static readonly WordSet<QuantityType> QuantityTypes = new(
        [("fixed_quantity", QuantityType.Fixed), ("risk_dollar_amount", QuantityType.RiskMoney),
            ("percent_of_equity", QuantityType.EquityPercent)],
        [
            ("dollar_amount", "An amount of money is not a size here: use risk_dollar_amount, percent_of_equity or fixed_quantity."),
            ("percent_of_position", "A share of a position is not read here: send the quantity, or leave it out to exit all."),
        ]);

    private static readonly WordSet<TradeType> Types = new(
        [("market", TradeType.Market), ("limit", TradeType.Limit), ("stop", TradeType.Stop)],
        [("stop_limit", "There is no stop-limit order here: use limit or stop."), ("trailing_stop", NoTrail)]);

    private static readonly WordSet<bool> StopTypes = new([("stop", true)],
        [("stop_limit", "There is no stop-limit order here: use type stop."), ("trailing_stop", NoTrail)]);

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["intent.action"] = "action", ["intent.side"] = "action", ["intent.symbol"] = "ticker", ["intent.qty"] = "quantity",
        ["intent.position_size"] = "quantity", ["intent.size"] = "quantity", ["intent.price"] = "limitPrice", ["intent.sl"] = "stopLoss",
        ["intent.tp"] = "takeProfit",
    };

    public void Read()
    {
        alert.Fields = Fields;
        alert.Time = fields.Time("time");
        var symbol = fields.Symbol("ticker") ?? "";
        if (fields.Raw("ticker") is null) alert.Fault("ticker", "Give a ticker, such as EURUSD.");
        if (fields.Raw("action") is null) alert.Fault("action", $"Give an action: {Acts.List}.");
        if (fields.Word("action", Acts) is not { } act) return;
        var sentiment = fields.Has("sentiment") ? fields.Word("sentiment", Sentiments) : null;
        var isNothing = sentiment != HeldSide.Flat && act is not (Act.Cancel or Act.Breakeven) && fields.Has("quantity")
            && fields.Number("quantity", FieldText.LargestQuantity) == 0;
        var intent = act switch
        {
            Act.Cancel => new TradeIntent { Action = TradeAction.Cancel, Symbol = symbol },
            Act.Breakeven => Breakeven(symbol),
            Act.Buy or Act.Sell or Act.Reverse when sentiment == HeldSide.Flat =>
                PositionWords.Target(symbol, new TargetRule { Position = HeldSide.Flat, Time = alert.Time }),
            Act.Buy or Act.Sell or Act.Reverse when isNothing => new TradeIntent { Action = TradeAction.Close, Symbol = symbol },
            Act.Exit => Exit(symbol, null, isNothing),
            Act.Buy when sentiment == HeldSide.Short => Exit(symbol, TradeSide.Sell, false),
            Act.Sell when sentiment == HeldSide.Long => Exit(symbol, TradeSide.Buy, false),
            _ => Enter(act, SideOf(act, sentiment), symbol),
        };
        // An exit that reads no more than it needs still tells the price of its signal.
        if (intent.IsExit && act is not (Act.Cancel or Act.Breakeven))
            intent = intent with { Price = fields.PriceIfReadable("signalPrice") ?? fields.PriceIfReadable("price") };
        if (alert.Errors is null) alert.Intent = intent;
        else alert.Gaps = null;
    }

    private TradeSide? SideOf(Act act, HeldSide? sentiment)
    {
        if (act == Act.Buy) return TradeSide.Buy;
        if (act == Act.Sell) return TradeSide.Sell;
        if (sentiment is null or HeldSide.Flat)
            alert.Fault("sentiment", act == Act.Add ? "Say to which side is added: \"sentiment\":\"long\" or \"short\"."
                : "Say which side to turn to: \"sentiment\":\"long\" or \"short\".");
        return sentiment == HeldSide.Long ? TradeSide.Buy : TradeSide.Sell;
    }

    private TradeIntent Breakeven(string symbol)
    {
        // Over there it is a distance of price, which no offset here is.
        if (fields.Has("breakevenOffset")) alert.Fault("breakevenOffset",
            "It is not read here: leave it out, or send breakeven with an offset in the form of the template.");
        return new TradeIntent { Action = TradeAction.Breakeven, Symbol = symbol };
    }

    private TradeIntent Exit(string symbol, TradeSide? side, bool isNothing)
    {
        decimal? qty = null;
        if (!isNothing && fields.Has("quantity"))
        {
            if (Kind() is { } kind && kind != QuantityType.Fixed)
                alert.Fault("quantityType", "An exit takes a fixed_quantity, or all when there is no quantity.");
            qty = fields.Positive("quantity", FieldText.LargestQuantity);
        }
        return new TradeIntent { Action = TradeAction.Close, Side = side, Symbol = symbol, Qty = qty };
    }

    private TradeIntent Enter(Act act, TradeSide? side, string symbol)
    {
        foreach (var option in (ReadOnlySpan<string>)["optionType", "strikePrice", "strikesAway", "expiration"])
            if (fields.Has(option)) alert.Fault(option, "Options are not traded here.");
        var type = fields.Has("orderType") ? fields.Word("orderType", Types) : TradeType.Market;
        var signal = fields.Price("signalPrice") ?? fields.Price("price");
        var price = type switch { TradeType.Limit => Needed("limitPrice"), TradeType.Stop => Needed("stopPrice"), _ => signal };
        var (qty, size) = Size();
        // A reverse without a quantity takes over that of the position.
        if (qty is null && size is null && act != Act.Reverse) alert.Gaps = new AccountGaps { Size = "quantity" };
        var stop = StopLoss(price, side);
        if (size?.Mode == SizeMode.RiskMoney && stop is null)
            alert.Fault("stopLoss", "The size is measured by the distance to the stop: give a stopLoss.");
        var target = TakeProfit(price, side);
        if (act is Act.Buy or Act.Sell && type == TradeType.Market)
        {
            var position = side == TradeSide.Buy ? HeldSide.Long : HeldSide.Short;
            return PositionWords.Target(symbol, new TargetRule { Position = position, Entry = qty, Time = alert.Time }) with
            {
                Size = size, Price = price, StopLoss = stop, TakeProfit = target
            };
        }
        return new TradeIntent
        {
            Action = act == Act.Add ? TradeAction.Open : TradeAction.Reverse, Side = side, Type = type ?? TradeType.Market, Symbol = symbol,
            Qty = qty, Size = size, Price = price, StopLoss = stop, TakeProfit = target,
        };
    }

    private decimal? Needed(string name)
    {
        if (!fields.Has(name)) alert.Fault(name, "This order type needs it.");
        return fields.Price(name);
    }

    private QuantityType? Kind() => fields.Has("quantityType") ? fields.Word("quantityType", QuantityTypes) : QuantityType.Fixed;

    private (decimal? Qty, SizeRule? Size) Size()
    {
        if (!fields.Has("quantity")) return default;
        var number = fields.Positive("quantity", FieldText.LargestQuantity);
        return (Kind(), number) switch
        {
            (QuantityType.Fixed, { } fixedQuantity) => (fixedQuantity, null),
            (QuantityType.RiskMoney, { } money) => (null, new SizeRule(SizeMode.RiskMoney, money)),
            (QuantityType.EquityPercent, { } percent) => (null, new SizeRule(SizeMode.EquityPercent, percent)),
            _ => default,
        };
    }

    private PriceRule? StopLoss(decimal? entry, TradeSide? side)
    {
        if (!fields.Has("stopLoss")) return null;
        if (fields.Has("stopLoss.type")) _ = fields.Word("stopLoss.type", StopTypes);
        foreach (var trail in (ReadOnlySpan<string>)["stopLoss.trailPrice", "stopLoss.trailPercent"])
            if (fields.Has(trail)) alert.Fault(trail, NoTrail);
        return Rule("stopLoss", "stopPrice", entry, isAbove: side == TradeSide.Sell);
    }

    private PriceRule? TakeProfit(decimal? entry, TradeSide? side) =>
        fields.Has("takeProfit") ? Rule("takeProfit", "limitPrice", entry, isAbove: side == TradeSide.Buy) : null;

    private PriceRule? Rule(string name, string priceName, decimal? entry, bool isAbove)
    {
        if (fields.Has($"{name}.{priceName}"))
            return fields.Price($"{name}.{priceName}") is { } price ? new PriceRule(PriceMode.Price, price) : null;
        if (fields.Has($"{name}.percent"))
            return fields.Price($"{name}.percent") is { } percent ? new PriceRule(PriceMode.Percent, percent) : null;
        if (!fields.Has($"{name}.amount"))
        {
            alert.Fault(name, $"Write it as {{\"percent\":1}}, {{\"{priceName}\":1.09}} or {{\"amount\":5}}.");
            return null;
        }
        if (fields.Price($"{name}.amount") is not { } amount) return null;
        // Over there too it is counted from the price that the signal names.
        var level = isAbove ? entry + amount : entry - amount;
        if (level is > 0) return new PriceRule(PriceMode.Price, level.Value);
        alert.Fault($"{name}.amount", entry is null
            ? "An amount is counted from the price of the signal: send signalPrice." : "It is as large as the price: is it a percent?");
        return null;
    }
}
