using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.CrossTrade;

/// <summary>
/// Reads the pairs. NinjaTrader nets a buy against a short; on an account that does not, the strategy's position tells an exit from an
/// entry.
/// </summary>
internal static class CrossTradeReader
{
    private const int MostPairs = 60;

    private enum Command { Place, Close, Flatten, FlattenAll, Reverse, Cancel, CancelAll }

    private enum OrderType { Market, Limit, Stop }

    private static readonly WordSet<Command> Commands = new(
        [
            ("PLACE", Command.Place), ("CLOSEPOSITION", Command.Close), ("FLATTEN", Command.Flatten),
            ("FLATTENEVERYTHING", Command.FlattenAll), ("REVERSE", Command.Reverse), ("REVERSEPOSITION", Command.Reverse),
            ("CANCELORDERS", Command.Cancel), ("CANCELALLORDERS", Command.CancelAll),
        ],
        [
            ("CHANGE", "A working order cannot be changed by a message here: send CANCELORDERS and a new PLACE."),
            ("CANCELREPLACE", "A working order cannot be changed by a message here: send CANCELORDERS and a new PLACE."),
            ("CANCEL", "The order ids of NinjaTrader are not known here: CANCELORDERS cancels what is working in the instrument."),
        ]);

    private static readonly WordSet<TradeSide> Actions = new([("BUY", TradeSide.Buy), ("SELL", TradeSide.Sell)],
        [("SELLSHORT", "Write SELL."), ("BUYTOCOVER", "Write BUY, or command=CLOSEPOSITION.")]);

    private static readonly WordSet<OrderType> OrderTypes = new(
        [("MARKET", OrderType.Market), ("LIMIT", OrderType.Limit), ("STOPMARKET", OrderType.Stop), ("STOP", OrderType.Stop)],
        [("STOPLIMIT", "There is no stop-limit order here: use LIMIT or STOPMARKET.")]);

    private static readonly string[] Known =
    [
        "key", "command", "account", "instrument", "action", "qty", "order_type", "tif", "limit_price", "stop_price", "take_profit",
        "stop_loss", "market_position", "prev_market_position", "sync_strategy", "out_of_sync", "comment", "notes", "strategy_tag",
        "order_id", "oco_id", "quantity", "percent",
    ];

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["intent.action"] = "command", ["intent.side"] = "action", ["intent.symbol"] = "instrument", ["intent.qty"] = "qty",
        ["intent.position_size"] = "qty", ["intent.size"] = "qty", ["intent.price"] = "limit_price", ["intent.sl"] = "stop_loss",
        ["intent.tp"] = "take_profit",
    };

    public static void Read(string text, AlertReading alert)
    {
        alert.Fields = Fields;
        var pairs = text.Split([';', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var fields = new SentFields(alert, Known);
        foreach (var pair in pairs.Take(MostPairs)) fields.AddPair(pair);
        if (pairs.Length > MostPairs) alert.Fault(MalformedJson.Field, $"It has more than {MostPairs} fields: send one signal by itself.");
        if (!fields.Has("command")) alert.Fault("command", $"Give a command: {Commands.List}.");
        if (fields.Word("command", Commands) is not { } command) return;
        var symbol = command is Command.FlattenAll or Command.CancelAll ? "" : Symbol(fields, alert);
        var intent = command switch
        {
            Command.FlattenAll => new TradeIntent { Action = TradeAction.Flatten, Symbol = "" },
            Command.Close or Command.Flatten => Close(fields, symbol, alert),
            Command.Cancel or Command.CancelAll => new TradeIntent { Action = TradeAction.Cancel, Symbol = symbol ?? "" },
            Command.Place => Place(fields, symbol, alert),
            _ => Enter(TradeAction.Reverse, fields, symbol, alert),
        };
        if (alert.Errors is null) alert.Intent = intent;
        else alert.Gaps = null;
    }

    private static string? Symbol(SentFields fields, AlertReading alert)
    {
        if (!fields.Has("instrument")) alert.Fault("instrument", "Give an instrument, such as MES1! or MES 12-26.");
        return Contract.Of(fields.Symbol("instrument"));
    }

    private static TradeIntent Close(SentFields fields, string? symbol, AlertReading alert)
    {
        // Closing all where a part was meant is no exit that somebody asked for.
        foreach (var name in (ReadOnlySpan<string>)["quantity", "percent"])
            if (fields.Has(name)) alert.Fault(name, "Write how much to close as qty=1, or leave it out to close all.");
        return new() { Action = TradeAction.Close, Symbol = symbol ?? "", Qty = fields.Positive("qty", FieldText.LargestQuantity) };
    }

    // Where the strategy is after its order: it tells an exit from an entry, which netting does over there.
    private static TradeIntent Place(SentFields fields, string? symbol, AlertReading alert)
    {
        if (!fields.Has("market_position")) return Enter(TradeAction.Open, fields, symbol, alert);
        if (fields.Word("market_position", PositionWords.All) is not { } now)
            return new TradeIntent { Action = TradeAction.Close, Symbol = symbol ?? "" };
        var before = PositionWords.All.Find(fields.Raw("prev_market_position") ?? "");
        if (now == HeldSide.Flat) return PositionWords.Target(symbol ?? "", new TargetRule { Position = now, Previous = before });
        if (fields.Word("action", Actions) is { } side && side == TradeSide.Buy != (now == HeldSide.Long))
        {
            // A sell of a strategy that is still long takes a part out.
            if (!fields.Has("qty")) alert.Fault("qty", "Say how much of the position is closed.");
            return Close(fields, symbol, alert) with { Side = now == HeldSide.Long ? TradeSide.Buy : TradeSide.Sell };
        }
        var entry = Enter(TradeAction.Open, fields, symbol, alert);
        if (entry.Type != TradeType.Market) return entry;
        // From flat the order is the whole position, also where the account has it already.
        var target = before == HeldSide.Flat
            ? new TargetRule { Position = now, Size = entry.Qty, Previous = before }
            : new TargetRule { Position = now, Entry = entry.Qty, IsOrder = true, Previous = before };
        return entry with { Action = TradeAction.Target, Qty = null, Target = target };
    }

    private static TradeIntent Enter(TradeAction action, SentFields fields, string? symbol, AlertReading alert)
    {
        fields.RefuseOthers();
        var side = fields.Word("action", Actions);
        if (!fields.Has("action"))
            alert.Fault("action",
                action == TradeAction.Reverse ? "Say which side to turn to: action=BUY or action=SELL." : "Say action=BUY or action=SELL.");
        foreach (var name in (ReadOnlySpan<string>)["quantity", "percent"])
            if (fields.Has(name)) alert.Fault(name, "Write the quantity as qty=1.");
        var type = fields.Has("order_type") ? fields.Word("order_type", OrderTypes) : OrderType.Market;
        var price = type switch { OrderType.Limit => Price("limit_price"), OrderType.Stop => Price("stop_price"), _ => null };
        var qty = fields.Positive("qty", FieldText.LargestQuantity);
        // A reverse without a quantity takes over that of the position.
        if (action == TradeAction.Open && !fields.Has("qty")) alert.Gaps = new AccountGaps { Size = "qty" };
        return new TradeIntent
        {
            Action = action, Side = side, Symbol = symbol ?? "", Qty = qty, Price = price,
            Type = type switch { OrderType.Limit => TradeType.Limit, OrderType.Stop => TradeType.Stop, _ => TradeType.Market },
            StopLoss = PriceLevel.Read("stop_loss", side == TradeSide.Sell, fields, alert),
            TakeProfit = PriceLevel.Read("take_profit", side == TradeSide.Buy, fields, alert),
        };

        decimal? Price(string name)
        {
            if (!fields.Has(name)) alert.Fault(name, "This order type needs it.");
            return fields.Price(name);
        }
    }
}
