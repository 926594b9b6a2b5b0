using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Alerts.Dialects.OtherTools;

/// <summary>
/// Messages of tools that are not read here: the refusal names the tool, so that nobody mends field after field of another tool's message.
/// </summary>
internal sealed partial class OtherToolsDialect : IAlertDialect
{
    public string Name => "other-tool";

    public bool Recognises(AlertShape shape) => ToolOf(shape) is not null;

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        var shape = new AlertShape(body);
        alert.Fault(MalformedJson.Field, $"This is a message of {ToolOf(shape)}, which is not read here: paste the message of the template (Webhooks in the dashboard).");
        if (!shape.IsObject) return alert;
        // The key of its sender may stand in it all the same; what else is wrong with it is not told.
        var whole = new AlertReading();
        _ = JsonText.Read(body, whole);
        alert.Keys.AddRange(whole.Keys);
        alert.Secrets.AddRange(whole.Secrets);
        return alert;
    }

    private static string? ToolOf(AlertShape shape) => shape.IsObject ? JsonToolOf(shape) : TextToolOf(shape.Text);

    private static string? JsonToolOf(AlertShape shape) => shape switch
    {
        _ when shape.Has("bot_uuid") || shape.Has("strategy_info") || (shape.Has("bot_id") && shape.Has("email_token")) => "3Commas",
        _ when shape.Has("pointer") || shape.Has("prev_position") => "Tickerly",
        _ when shape.Has("platform_name") || (shape.Has("order_action") && shape.Has("order_contracts")) => "AlgoWay",
        _ when shape.Has("apikey") && (shape.Has("product") || shape.Has("pricetype") || shape.Has("exchange")) => "OpenAlgo",
        _ when shape.Has("ticker") || shape.Has("strategy.market_position") => null,
        _ when shape.Has("symbol") && shape.Has("data")
            && (shape.Has("token") || shape.Has("multiple_accounts") || shape.Has("quantity")) => "PickMyTrade",
        _ => null,
    };

    private static string? TextToolOf(string text) => text switch
    {
        "" => null,
        _ when Alertatron().IsMatch(text) => "Alertatron",
        _ when WunderTrading().IsMatch(text) => "WunderTrading",
        _ when !text.Contains(';', StringComparison.Ordinal) && Autoview().IsMatch(text) => "Autoview",
        _ => null,
    };

    // keys(SYMBOL) { commands }
    [GeneratedRegex(@"^[\w-]{1,64}\([\w.:/-]{1,64}\)\s*\{", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Alertatron();

    // ENTER-LONG_EXCHANGE_SYMBOL_…
    [GeneratedRegex(@"^(?:ENTER|EXIT)-(?:LONG|SHORT|ALL)[_\s]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WunderTrading();

    // a=… e=… s=… b=…, in any order
    [GeneratedRegex(@"^(?=(?:.*\s)?e=\S)(?=(?:.*\s)?s=\S)(?:[a-z]{1,3}=\S+(?:\s+|$)){3,}",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Autoview();
}
