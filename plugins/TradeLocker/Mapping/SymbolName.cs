using System.Buffers;

namespace TradeFlow.Plugins.TradeLocker.Mapping;

/// <summary>From a brand's name of an instrument to the one that everybody uses.</summary>
internal static class SymbolName
{
    private static readonly SearchValues<char> SuffixMarks = SearchValues.Create("._#-+!^");

    /// <summary><c>EURUSD.R</c>, <c>EURUSD.broker</c>, <c>EURUSDm</c>, <c>EUR/USD</c> and <c>OANDA:EURUSD</c> are <c>EURUSD</c>.</summary>
    public static string Canonical(string name)
    {
        var text = name.AsSpan().Trim();
        var exchange = text.LastIndexOf(':');
        if (exchange >= 0 && exchange < text.Length - 1) text = text[(exchange + 1)..];
        var mark = text.IndexOfAny(SuffixMarks);
        if (mark >= 3) text = text[..mark];
        // Small letters behind a name in capitals are a brand's mark ("EURUSDm", "XAUUSDpro"); a name in small letters throughout is only typed so.
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetterLower(text[end - 1])) end--;
        if (end >= 5) text = text[..end];
        return text.ToString().Replace("/", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    public static bool Same(string left, string right) => string.Equals(Canonical(left), Canonical(right), StringComparison.Ordinal);
}
