namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>The one spelling of a symbol that rules and lists compare.</summary>
public static class Symbols
{
    private static readonly char[] SuffixMarks = ['.', '_', '#', '-'];
    private static readonly string[] Quotes = ["USD", "USDT", "USDC", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "BTC", "ETH"];

    /// <summary>
    /// <c>BINANCE:BTCUSD</c>, <c>btcusd</c>, <c>BTC/USD</c> and <c>BTCUSD.r</c> are all <c>BTCUSD</c>; <c>CME_MINI:MES1!</c> is <c>MES1!</c>; what terminals write as
    /// <c>GBPUSD+</c>, <c>#AAPL</c>, <c>[SP500]</c> or <c>UK 100</c> has none of these marks. A trailing <c>m</c> is kept: it may belong to the name. <c>BTC-USD</c> is a pair,
    /// not a suffix. Never empty for a text that is not: the empty symbol means all.
    /// </summary>
    public static string Canonical(string symbol)
    {
        var text = symbol.AsSpan().Trim();
        var exchange = text.LastIndexOf(':');
        if (exchange >= 0 && exchange < text.Length - 1) text = text[(exchange + 1)..];
        var bare = text.TrimStart("#[").TrimEnd("+]");
        if (!bare.IsEmpty) text = bare;
        // A mark in front is part of a name (".US30"), a mark behind three characters or more starts a suffix.
        var suffix = text.IndexOfAny(SuffixMarks);
        if (suffix >= 3)
        {
            var tail = text[(suffix + 1)..].ToString();
            var isPair = suffix <= 5 && Quotes.Contains(tail, StringComparer.OrdinalIgnoreCase);
            if (isPair) return (text[..suffix].ToString() + tail).ToUpperInvariant();
            text = text[..suffix];
        }
        var plain = text.ToString().Replace("/", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return plain.Length > 0 ? plain : symbol.Trim().ToUpperInvariant();
    }

    /// <summary>True for <c>ETHUSD</c> and <c>EURUSD.R</c> alike when they mean the same.</summary>
    public static bool Same(string left, string right) => string.Equals(Canonical(left), Canonical(right), StringComparison.Ordinal);
}
