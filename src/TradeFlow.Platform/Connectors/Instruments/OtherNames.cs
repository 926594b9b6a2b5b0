using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>
/// One market, many names: what one broker calls US30 is DJ30 at another and DJI on a chart. Used for suggestions alone, never to trade by.
/// </summary>
internal static class OtherNames
{
    private static readonly string[][] Groups =
    [
        ["US30", "DJ30", "DJI", "DJIA", "WS30", "USA30", "WALLSTREET", "DOW"],
        ["NAS100", "US100", "USTEC", "NDX", "NDX100", "NASDAQ100", "NQ100", "USTECH", "TECH100"],
        ["US500", "SPX500", "SP500", "SPX", "GSPC", "S&P500", "USA500"],
        ["GER40", "DE40", "GER30", "DE30", "DAX40", "DAX", "GDAXI", "DEU40"],
        ["UK100", "FTSE100", "FTSE", "UKX"],
        ["JP225", "JPN225", "NI225", "NIKKEI225", "NIKKEI", "N225"],
        ["FRA40", "FR40", "CAC40", "PX1", "FCHI"],
        ["EU50", "STOXX50", "EUSTX50", "ESTX50", "SX5E"],
        ["AUS200", "AU200", "ASX200", "XJO"],
        ["HK50", "HSI", "HKG33", "HK33"],
        ["US2000", "RUSSELL2000", "RUT", "USSMALLCAP"],
        ["XAUUSD", "GOLD"],
        ["XAGUSD", "SILVER"],
        ["USOIL", "WTI", "XTIUSD", "USOUSD", "OIL", "CRUDEOIL"],
        ["UKOIL", "BRENT", "XBRUSD", "UKOUSD"],
        ["NATGAS", "XNGUSD", "NGAS"],
        ["BTCUSD", "XBTUSD", "BTCUSDT", "BITCOIN"],
        ["ETHUSD", "ETHUSDT", "ETHEREUM"],
    ];

    /// <summary>The market's names, the given one among them; empty for a symbol that has one name only.</summary>
    public static IReadOnlyList<string> Of(string symbol)
    {
        var name = Symbols.Canonical(symbol);
        return Groups.FirstOrDefault(group => group.Contains(name, StringComparer.Ordinal)) ?? [];
    }
}
