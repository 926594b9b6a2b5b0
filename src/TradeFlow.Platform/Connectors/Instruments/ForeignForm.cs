using System.Globalization;
using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>A symbol in the form of another platform, and how it is written here.</summary>
/// <param name="Written">What to write instead; the first is the likeliest.</param>
internal sealed partial record ForeignForm(IReadOnlyList<string> Written)
{
    private const string Months = "FGHJKMNQUVXZ";
    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary><c>null</c> for a symbol in no such form.</summary>
    public static ForeignForm? Of(string symbol)
    {
        var text = symbol.Trim().ToUpperInvariant();
        if (text.StartsWith("={", StringComparison.Ordinal)) return new ForeignForm(["{{ticker}}"]);
        // MES 12-26, MES DEC26
        if (Dashed().Match(text) is { Success: true } dashed
            && int.Parse(dashed.Groups[2].Value, CultureInfo.InvariantCulture) is >= 1 and <= 12 and var number)
            return Future(dashed.Groups[1].Value, Months[number - 1], dashed.Groups[3].Value);
        if (Named().Match(text) is { Success: true } named)
            return Future(named.Groups[1].Value, Months[MonthNames.IndexOf(named.Groups[2].Value)], named.Groups[3].Value);
        // /MES, /MESZ26:XCME, @ES, MES=F
        if (Marked().Match(text) is { Success: true } marked)
            return marked.Groups[2].Success ? Future(marked.Groups[1].Value, marked.Groups[2].Value[0], marked.Groups[3].Value)
                : new ForeignForm([marked.Groups[1].Value + "1!"]);
        if (text.EndsWith("=F", StringComparison.Ordinal) && text.Length is > 2 and <= 8) return new ForeignForm([text[..^2] + "1!"]);
        if (text.EndsWith("=X", StringComparison.Ordinal) && text.Length is 5 or 8)
            return new ForeignForm([text.Length == 5 ? "USD" + text[..3] : text[..6]]);
        if (text.StartsWith('^') && text.Length is > 1 and <= 12) return new ForeignForm([.. OtherNames.Of(text[1..])]);
        return Worded().Match(text) is { Success: true } worded ? new ForeignForm([worded.Groups[1].Value]) : null;
    }

    private static ForeignForm Future(string root, char month, string year) => new([root + "1!", $"{root}{month}{year[^1]}"]);

    [GeneratedRegex(@"^([A-Z0-9]{1,5}) +([0-9]{1,2})-([0-9]{2}|20[0-9]{2})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Dashed();

    [GeneratedRegex(@"^([A-Z0-9]{1,5}) +(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[ -]?([0-9]{2}|20[0-9]{2})$",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^[/@]([A-Z0-9]{1,5}?)(?:([FGHJKMNQUVXZ])([0-9]{1,2}))?(?::[A-Z]{4})?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^([A-Z0-9]{2,12}) (?:INDEX|CURNCY|COMDTY|EQUITY)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Worded();
}
