using System.Globalization;
using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Alerts.Dialects.CrossTrade;

/// <summary>
/// A future as NinjaTrader writes it: <c>MES 12-26</c> or <c>MES DEC26</c>. Here it is <c>MESZ2026</c>; every other name stays as it is.
/// </summary>
internal static partial class Contract
{
    private const string MonthCodes = "FGHJKMNQUVXZ";
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    public static string? Of(string? written)
    {
        if (written is null || Named().Match(written) is not { Success: true } match) return written;
        var text = match.Groups["month"].Value.ToUpperInvariant();
        var month = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : Array.IndexOf(Months, text) + 1;
        return month is < 1 or > 12
            ? written : $"{match.Groups["root"].Value.ToUpperInvariant()}{MonthCodes[month - 1]}20{match.Groups["year"].Value}";
    }

    [GeneratedRegex(@"^\s*(?<root>[A-Za-z0-9]{1,6}) +(?:(?<month>[0-9]{2})-|(?<month>[A-Za-z]{3}))(?<year>[0-9]{2})\s*$",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();
}
