using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace TradeFlow.Platform.Alerts.Dialects.PineConnector;

/// <summary>
/// PineConnector's text: <c>ID,command,symbol[,name=value…]</c> (docs.pineconnector.com/syntax, read 2026-11-29;
/// docs/dialects/pineconnector.md).
/// </summary>
internal sealed partial class PineConnectorDialect : IAlertDialect
{
    public string Name => "pineconnector";

    public ToolMessage Paste => new("PineConnector", "60123456789,buy,{{ticker}},risk=1,sl=20,tp=40",
        "Your alerts stay as they are: change the webhook URL. Set under Accounts, Message defaults, what risk and bare stops measure: the EA's settings are not known here.");

    public bool Recognises(AlertShape shape) => shape.Text is { Length: > 0 } text && Beginning().IsMatch(text);

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        if (!Utf8.IsValid(body)) alert.Fault(MalformedJson.Field, MalformedJson.NotUtf8(body));
        else PineConnectorReader.Read(System.Text.Encoding.UTF8.GetString(body), alert);
        return alert;
    }

    // A licence, or what is left of one in the log, and a word that is a command or stands where one belongs.
    [GeneratedRegex(
        @"^(?:[0-9]{5,20}|\*\*\*)\s*,\s*[A-Za-z]+\s*(?:,|$)|^[A-Za-z0-9-]{4,40}\s*,\s*(?:buy|sell|long|short|bull|bear|close|cancel|exit|newsl|newtp)[A-Za-z]*\s*(?:,|$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Beginning();
}
