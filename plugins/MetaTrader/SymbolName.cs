using System.Buffers;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>From a broker's name of a symbol to the one that everybody uses.</summary>
internal static class SymbolName
{
    private static readonly SearchValues<char> Marks = SearchValues.Create("._#-+!^@$");
    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal)
    {
        "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "HUF", "CZK", "TRY", "ZAR", "MXN", "SGD", "HKD", "CNH", "ILS", "THB", "RUB", "BRL", "INR", "KRW",
    };
    private static readonly string[] Coins = ["BTC", "ETH", "LTC", "XRP", "BCH", "ADA", "SOL", "DOT", "DOGE", "BNB"];
    private static readonly string[] Indices = ["US30", "US100", "US500", "NAS100", "SPX500", "USTEC", "GER30", "GER40", "DE30", "DE40", "UK100", "JP225", "FRA40", "EU50", "STOXX50", "AUS200", "HK50", "DJ30", "NDX", "DAX"];

    /// <summary><c>EURUSD.r</c>, <c>EURUSDm</c>, <c>#EURUSD</c>, <c>EURUSD_i</c> and <c>EURUSDpro</c> are <c>EURUSD</c>; <c>XAUUSD.</c> is <c>XAUUSD</c>.</summary>
    public static string Platform(string name)
    {
        var text = name.AsSpan().Trim().TrimStart("#.@!$^");
        var exchange = text.LastIndexOf(':');
        if (exchange >= 0 && exchange < text.Length - 1) text = text[(exchange + 1)..];
        var mark = text.IndexOfAny(Marks);
        if (mark >= 3) text = text[..mark];
        // Small letters behind a name in capitals are the broker's mark; a name in small letters throughout is only typed so.
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetterLower(text[end - 1])) end--;
        if (end >= 4) text = text[..end];
        return text.ToString().Replace("/", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    public static bool Same(string left, string right) => string.Equals(Platform(left), Platform(right), StringComparison.Ordinal);

    /// <summary>The asset class, and the currency of its prices where the name tells it.</summary>
    public static (string AssetClass, string? Quote) Kind(string platform)
    {
        var quote = platform.Length >= 6 && Currencies.Contains(platform[^3..]) ? platform[^3..] : null;
        if (platform.Length == 6 && quote is not null)
        {
            if (platform[..3] is "XAU" or "XAG" or "XPT" or "XPD") return ("metal", quote);
            if (Currencies.Contains(platform[..3])) return ("forex", quote);
        }
        if (quote is not null && Coins.Any(coin => platform.StartsWith(coin, StringComparison.Ordinal))) return ("crypto", quote);
        if (platform is "GOLD" or "SILVER") return ("metal", null);
        return Indices.Any(index => platform.StartsWith(index, StringComparison.Ordinal)) ? ("index", null) : ("other", null);
    }
}
