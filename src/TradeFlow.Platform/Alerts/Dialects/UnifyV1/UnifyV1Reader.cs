using System.Globalization;
using System.Text.Json;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>
/// Walks the JSON once and collects every fault by its path. A member that stands twice is a fault however it is spelled (escapes
/// included), and so is one that is unknown inside <c>intent</c>: a typing error must not trade with a default. Unknown members beside
/// <c>intent</c> are left alone.
/// </summary>
internal ref struct UnifyV1Reader
{
    private static readonly string[] Top = ["version", "key", "id", "time", "intent"];
    private static readonly string[] Intent = ["broker", "action", "side", "type", "symbol", "qty", "size", "price", "sl", "tp", "position",
        "position_size", "prev_position", "prev_position_size", "offset"];
    private static readonly string[] Rule = ["mode", "value"];

    private readonly AlertReading alert;
    private Utf8JsonReader json;

    public UnifyV1Reader(ReadOnlySpan<byte> body, AlertReading alert)
    {
        this.alert = alert;
        json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
    }

    public void Read()
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            alert.Fault(MalformedJson.Field, MalformedJson.NoObject(ref json));
            return;
        }
        var draft = new IntentDraft();
        var members = new Members(Top, "");
        while (members.Next(ref json, alert, out var member))
            switch (Top[member])
            {
                case "version":
                    if (Values.Text(ref json, alert, "version", 64) is { } version
                        && !version.Equals(UnifyV1Dialect.Version, StringComparison.OrdinalIgnoreCase))
                        alert.Fault("version", $"Write \"{UnifyV1Dialect.Version}\".");
                    break;
                case "key":
                    ReadKey();
                    break;
                case "id":
                    alert.Id = Values.Id(ref json, alert, "id");
                    break;
                case "time":
                    alert.Time = Values.Time(ref json, alert, "time");
                    break;
                case "intent":
                    draft.IsGiven = true;
                    ReadIntent(ref draft);
                    break;
            }
        // Anything behind the object is a fault that the next read throws.
        json.Read();
        if (!draft.IsGiven && alert.Errors?.ContainsKey("intent") != true)
            alert.Fault("intent", "Say what to do: \"intent\":{\"action\":\"open\",\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}.");
        if (draft.IsGiven) IntentRules.Apply(draft, alert);
    }

    private void ReadKey()
    {
        if (json.TokenType == JsonTokenType.Null) return;
        // Keys are compared, never shown: no fault repeats what was sent.
        if (json.TokenType == JsonTokenType.String && Values.Raw(ref json) is { } key)
        {
            if (!string.IsNullOrWhiteSpace(key)) alert.Keys.Add(key.Trim());
            return;
        }
        alert.Fault("key", "The key must be text.");
        json.Skip();
    }

    private void ReadIntent(ref IntentDraft draft)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            alert.Fault("intent", "The intent must be an object: {\"action\":\"open\",\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}.");
            draft.IsBroken = true;
            json.Skip();
            return;
        }
        var members = new Members(Intent, "intent.");
        while (members.Next(ref json, alert, out var member))
            switch (Intent[member])
            {
                case "broker":
                    alert.Broker = Values.Text(ref json, alert, "intent.broker", 64)?.ToLowerInvariant();
                    break;
                case "action":
                    draft.Action = Values.Word(ref json, alert, "intent.action", IntentWords.Actions);
                    break;
                case "side":
                    draft.Side = Values.Word(ref json, alert, "intent.side", IntentWords.Sides);
                    break;
                case "type":
                    draft.Type = Values.Word(ref json, alert, "intent.type", IntentWords.Types);
                    break;
                case "symbol":
                    draft.Symbol = Values.Symbol(ref json, alert, "intent.symbol");
                    break;
                case "qty":
                    (draft.Qty, draft.QtyIsPercent) = Values.Quantity(ref json, alert, "intent.qty", FieldText.LargestQuantity);
                    break;
                case "price":
                    draft.Price = Values.Positive(ref json, alert, "intent.price", FieldText.LargestPrice);
                    break;
                case "position":
                    draft.Position = Values.Word(ref json, alert, "intent.position", IntentWords.Positions);
                    break;
                case "position_size":
                    draft.PositionSize = Values.NotNegative(ref json, alert, "intent.position_size", FieldText.LargestQuantity);
                    break;
                case "prev_position":
                    draft.Previous = Values.Word(ref json, alert, "intent.prev_position", IntentWords.Positions);
                    break;
                case "prev_position_size":
                    draft.PreviousSize = Values.NotNegative(ref json, alert, "intent.prev_position_size", FieldText.LargestQuantity);
                    break;
                case "size":
                    if (ReadRule("intent.size", IntentWords.SizeModes, FieldText.LargestQuantity) is { } size)
                        draft.Size = new SizeRule(size.Mode, size.Value);
                    break;
                case "offset":
                    if (ReadRule("intent.offset", IntentWords.StopModes, FieldText.LargestPrice) is { } offset)
                        draft.Offset = new PriceRule(offset.Mode, offset.Value);
                    break;
                case "sl":
                    draft.StopLossIsNull = json.TokenType == JsonTokenType.Null;
                    if (ReadRule("intent.sl", IntentWords.StopModes, FieldText.LargestPrice) is { } sl)
                        draft.StopLoss = new PriceRule(sl.Mode, sl.Value);
                    break;
                case "tp":
                    draft.TakeProfitIsNull = json.TokenType == JsonTokenType.Null;
                    if (ReadRule("intent.tp", IntentWords.TargetModes, FieldText.LargestPrice) is { } tp)
                        draft.TakeProfit = new PriceRule(tp.Mode, tp.Value);
                    break;
            }
    }

    private (T Mode, decimal Value)? ReadRule<T>(string path, WordSet<T> modes, decimal most) where T : struct, Enum
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            alert.Fault(path, string.Create(CultureInfo.InvariantCulture,
                $"Write it as {{\"mode\":\"{modes.Words[0]}\",\"value\":1}}; mode is one of {modes.List}."));
            json.Skip();
            return null;
        }
        T? mode = null;
        decimal? value = null;
        bool modeGiven = false, valueGiven = false;
        var members = new Members(Rule, path + ".");
        while (members.Next(ref json, alert, out var member))
            if (member == 0)
            {
                modeGiven = json.TokenType != JsonTokenType.Null;
                mode = Values.Word(ref json, alert, path + ".mode", modes);
            }
            else
            {
                valueGiven = json.TokenType != JsonTokenType.Null;
                // A size of nothing is an exit where the action is reverse.
                value = modes == (object)IntentWords.SizeModes
                    ? Values.NotNegative(ref json, alert, path + ".value", most) : Values.Positive(ref json, alert, path + ".value", most);
            }
        if (!modeGiven) alert.Fault(path + ".mode", $"Give a mode: {modes.List}.");
        if (!valueGiven) alert.Fault(path + ".value", "Give a value above zero.");
        return mode is { } read && value is { } number ? (read, number) : null;
    }
}
