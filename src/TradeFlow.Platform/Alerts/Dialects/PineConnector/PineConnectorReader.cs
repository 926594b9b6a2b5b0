using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.PineConnector;

/// <summary>Reads the parts between the commas.</summary>
internal static class PineConnectorReader
{
    private const int MostParts = 40;

    // What a number measures is said by its name, or by the settings of the account where the name is the old one.
    private static readonly string[] Known =
        ["risk", "vol_lots", "vol_dollar", "vol_pct_eq_loss", "sl", "sl_pips", "sl_price", "sl_pct", "tp", "tp_pips", "tp_price", "tp_pct",
            "price", "comment", "secret"];

    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["intent.action"] = "command", ["intent.side"] = "command", ["intent.symbol"] = "symbol", ["intent.qty"] = "vol_lots",
        ["intent.size"] = "risk", ["intent.price"] = "price", ["intent.sl"] = "sl", ["intent.tp"] = "tp",
    };

    public static void Read(string text, AlertReading alert)
    {
        alert.Fields = Fields;
        var parts = text.Split(',', MostParts + 1, StringSplitOptions.TrimEntries);
        alert.NameKey(parts[0]);
        if (parts.Length > MostParts)
        {
            alert.Fault(MalformedJson.Field, $"It has more than {MostParts} parts: send one signal by itself.");
            return;
        }
        if (parts.Length < 3)
        {
            alert.Fault(MalformedJson.Field,
                "Write it as ID,command,symbol, and behind them what belongs to it: 60123456789,buy,EURUSD,risk=1,sl=20.");
            return;
        }
        var fields = new SentFields(alert, Known);
        fields.Add("command", parts[1], SentKind.Text);
        fields.Add("symbol", parts[2], SentKind.Text);
        foreach (var part in parts.Skip(3).Where(part => part.Length > 0)) fields.AddPair(part);
        if (fields.Word("command", Commands.All) is not { } command) return;
        var symbol = fields.Symbol("symbol");
        if (command.Action is TradeAction.Open or TradeAction.Reverse) Enter(command, symbol, fields, alert);
        // it has no fault
        else if (alert.Errors is null) alert.Intent = new TradeIntent { Action = command.Action, Side = command.Side, Symbol = symbol! };
    }

    private static void Enter(Command command, string? symbol, SentFields fields, AlertReading alert)
    {
        fields.RefuseOthers();
        var price = fields.Price("price");
        if (command.Type != TradeType.Market && !fields.Has("price")) alert.Fault("price", "A pending order needs a price.");
        var (qty, size, bareSize) = Size(fields, alert);
        var (stop, bareStop) = Rule("sl", fields, alert);
        var (target, bareTarget) = Rule("tp", fields, alert);
        if (alert.Errors is not null) return;
        alert.Intent = new TradeIntent
        {
            Action = command.Action, Side = command.Side, Type = command.Type, Symbol = symbol!, // it has no fault
            Qty = qty, Size = size, Price = price, StopLoss = stop, TakeProfit = target,
        };
        alert.Gaps = new AccountGaps
        {
            Size = qty is null && size is null && bareSize is null ? "risk" : null, BareSize = bareSize, StopLoss = bareStop,
            TakeProfit = bareTarget,
        };
    }

    private static (decimal? Qty, SizeRule? Size, BareNumber? Bare) Size(SentFields fields, AlertReading alert)
    {
        if (!OneOf(fields, alert, "risk", "vol_lots", "vol_dollar", "vol_pct_eq_loss")) return default;
        if (fields.Positive("vol_lots", FieldText.LargestQuantity) is { } lots) return (lots, null, null);
        if (fields.Positive("vol_dollar", FieldText.LargestQuantity) is { } money)
            return (null, new SizeRule(SizeMode.RiskMoney, money), null);
        if (fields.Positive("vol_pct_eq_loss", 100) is { } percent) return (null, new SizeRule(SizeMode.RiskPercent, percent), null);
        return fields.Positive("risk", FieldText.LargestQuantity) is { } risk ? (null, null, new BareNumber("risk", risk)) : default;
    }

    // Zero is none there.
    private static (PriceRule? Rule, BareNumber? Bare) Rule(string name, SentFields fields, AlertReading alert)
    {
        if (!OneOf(fields, alert, name, name + "_pips", name + "_price", name + "_pct")) return default;
        if (Above(name + "_pips") is { } pips) return (new PriceRule(PriceMode.Pips, pips), null);
        if (Above(name + "_price") is { } price) return (new PriceRule(PriceMode.Price, price), null);
        if (Above(name + "_pct") is { } percent) return (new PriceRule(PriceMode.Percent, percent), null);
        return Above(name) is { } bare ? (null, new BareNumber(name, bare)) : default;

        decimal? Above(string field) => fields.Number(field, FieldText.LargestPrice) is > 0 and var value ? value : null;
    }

    private static bool OneOf(SentFields fields, AlertReading alert, params ReadOnlySpan<string> names)
    {
        string? first = null;
        foreach (var name in names)
        {
            if (!fields.Has(name)) continue;
            if (first is not null)
            {
                alert.Fault(name, $"Give {first} or {name}, not both.");
                return false;
            }
            first = name;
        }
        return first is not null;
    }
}
