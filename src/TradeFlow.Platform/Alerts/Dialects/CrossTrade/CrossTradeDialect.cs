using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace TradeFlow.Platform.Alerts.Dialects.CrossTrade;

/// <summary>
/// CrossTrade's text: <c>key=…;command=PLACE;…;</c> on one line or several (docs.crosstrade.io/webhooks, read 2026-11-29;
/// docs/dialects/crosstrade.md).
/// </summary>
internal sealed partial class CrossTradeDialect : IAlertDialect
{
    public string Name => "crosstrade";

    public ToolMessage Paste => new("CrossTrade",
        "key=your-secret-key;command=PLACE;account=sim101;instrument={{ticker}};action={{strategy.order.action}};qty={{strategy.order.contracts}};order_type=MARKET;tif=DAY;"
        + "market_position={{strategy.market_position}};prev_market_position={{strategy.prev_market_position}};",
        "Your alerts stay as they are: change the webhook URL. CrossTrade's own key is masked and opens nothing here.");

    public bool Recognises(AlertShape shape) => shape.Text is { Length: > 0 } text && Pair().IsMatch(text) && CommandPair().IsMatch(text);

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        if (!Utf8.IsValid(body)) alert.Fault(MalformedJson.Field, MalformedJson.NotUtf8(body));
        else CrossTradeReader.Read(Encoding.UTF8.GetString(body), alert);
        return alert;
    }

    [GeneratedRegex(@"^[A-Za-z_]{1,32}\s*=", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pair();

    [GeneratedRegex(@"(?:^|[;\n])\s*command\s*=[^;]*(?:;|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CommandPair();
}
