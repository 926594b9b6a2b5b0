namespace TradeFlow.Plugins.MetaTrader;

/// <summary>What the platform's name of a symbol tells of it: a terminal tells neither class nor currency.</summary>
internal static class SymbolKinds
{
    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal)
    {
        "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "HUF", "CZK", "TRY", "ZAR", "MXN", "SGD", "HKD",
        "CNH", "ILS", "THB", "RUB", "BRL", "INR", "KRW",
    };
    private static readonly string[] Coins = ["BTC", "ETH", "LTC", "XRP", "BCH", "ADA", "SOL", "DOT", "DOGE", "BNB"];
    private static readonly string[] Indices = ["US30", "US100", "US500", "NAS100", "SPX500", "USTEC", "GER30", "GER40", "DE30", "DE40",
        "UK100", "JP225", "FRA40", "EU50", "STOXX50", "AUS200", "HK50", "DJ30", "NDX", "DAX"];

    /// <summary>The asset class, and the currency of its prices where the name tells it.</summary>
    public static (string AssetClass, string? Quote) Of(string platform)
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
