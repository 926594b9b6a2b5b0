namespace TradeFlow.BrokerSdk;

/// <summary>Which marks of a symbol are no part of its name.</summary>
public sealed record SymbolMarks
{
    /// <summary>
    /// What brokers write around a name: <c>EURUSD.R</c>, <c>EURUSD.broker</c>, <c>EURUSDm</c>, <c>#EURUSD</c>, <c>EURUSD_i</c>,
    /// <c>EURUSD!</c>, <c>EUR/USD</c>, <c>OANDA:EURUSD</c>.
    /// </summary>
    public static SymbolMarks OfBrokers { get; } = new() { Front = "#.@!$^[", Behind = "._#-+!^@$]", StripsSmallLetters = true };

    /// <summary>
    /// What users and charts write around a name. A small letter behind it may belong to it, <c>MES1!</c> is a contract, and <c>.US30</c> a
    /// name.
    /// </summary>
    public static SymbolMarks OfUsers { get; } = new() { Front = "#[", Behind = "._#-", End = "+]" };

    /// <summary>Marks that may stand in front of a name.</summary>
    public string Front { get; init; } = "";

    /// <summary>Marks that begin what stands behind a name of three characters or more.</summary>
    public string Behind { get; init; } = "";

    /// <summary>Marks that may end a name.</summary>
    public string End { get; init; } = "";

    /// <summary>
    /// Small letters behind a name in capitals of four characters or more are a mark too (<c>EURUSDm</c>, <c>XAUUSDpro</c>).
    /// </summary>
    public bool StripsSmallLetters { get; init; }
}

/// <summary>From a broker's or a user's name of an instrument to the one that everybody uses.</summary>
public static class SymbolNames
{
    private static readonly string[] Quotes = ["USD", "USDT", "USDC", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "BTC", "ETH"];

    /// <summary>
    /// The name in capitals without exchange, marks, slash and blanks. <c>BTC-USD</c> is a pair, not a mark: a currency behind three to
    /// five characters belongs to the name.
    /// </summary>
    /// <param name="symbol">As it was written, in any case.</param>
    /// <param name="marks">Who wrote it.</param>
    /// <returns>Never empty for a text that is not blank: where nothing is left, the text itself in capitals.</returns>
    public static string Strip(string symbol, SymbolMarks marks)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        ArgumentNullException.ThrowIfNull(marks);
        var text = symbol.AsSpan().Trim();
        var exchange = text.LastIndexOf(':');
        if (exchange >= 0 && exchange < text.Length - 1) text = text[(exchange + 1)..];
        var bare = text.TrimStart(marks.Front).TrimEnd(marks.End);
        if (!bare.IsEmpty) text = bare;
        var mark = text.IndexOfAny(marks.Behind);
        if (mark is >= 3 and <= 5 && Quotes.Contains(text[(mark + 1)..].ToString(), StringComparer.OrdinalIgnoreCase))
            return string.Concat(text[..mark], text[(mark + 1)..]).ToUpperInvariant();
        if (mark >= 3) text = text[..mark];
        if (marks.StripsSmallLetters) text = WithoutSmallLetters(text);
        var plain = text.ToString().Replace("/", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)
            .ToUpperInvariant();
        return plain.Length > 0 ? plain : symbol.Trim().ToUpperInvariant();
    }

    /// <summary>Both names mean the same instrument.</summary>
    /// <param name="left">As it was written.</param>
    /// <param name="right">As it was written.</param>
    /// <param name="marks">Who wrote them.</param>
    public static bool Same(string left, string right, SymbolMarks marks) =>
        string.Equals(Strip(left, marks), Strip(right, marks), StringComparison.Ordinal);

    // A name in small letters throughout is only typed so.
    private static ReadOnlySpan<char> WithoutSmallLetters(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetterLower(text[end - 1])) end--;
        return end >= 4 ? text[..end] : text;
    }
}
