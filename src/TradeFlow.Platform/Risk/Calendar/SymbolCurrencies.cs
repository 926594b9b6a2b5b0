using System.Collections.Frozen;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>Which currencies' news move a symbol.</summary>
internal static class SymbolCurrencies
{
    /// <summary>An event of all currencies.</summary>
    public const string All = "All";

    private static readonly FrozenSet<string> Currencies = FrozenSet.ToFrozenSet(
        ["USD", "EUR", "GBP", "JPY", "AUD", "NZD", "CAD", "CHF", "CNY", "CNH", "HKD", "SGD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
            "MXN", "ZAR", "TRY", "INR", "BRL", "KRW", "THB", "ILS"]);

    private static readonly FrozenSet<string> Coins = FrozenSet.ToFrozenSet(
        ["BTC", "XBT", "ETH", "SOL", "XRP", "ADA", "DOGE", "LTC", "BCH", "DOT", "AVAX", "LINK", "MATIC", "BNB", "TRX", "XLM", "UNI", "ATOM",
            "EOS", "ETC", "SHIB", "NEAR", "FIL", "XMR"]);

    private static readonly FrozenSet<string> Metals = FrozenSet.ToFrozenSet(["XAU", "XAG", "XPT", "XPD", "XCU"]);

    private static readonly FrozenDictionary<string, string> Named = Table(
        ("USD", "GOLD SILVER COPPER PLATINUM PALLADIUM US30 DJ30 DJI WS30 US500 SPX SPX500 SP500 US100 NAS100 USTEC NDX NASDAQ US2000 RUSSELL VIX DXY USDX USOIL UKOIL WTI BRENT XTIUSD XBRUSD XNGUSD CRUDE NATGAS NGAS OIL"),
        ("EUR", "GER40 GER30 DE40 DE30 DAX DAX40 EU50 EUSTX50 STOXX50 FRA40 FR40 CAC40 ESP35 SPA35 IT40 ITA40 NED25 NETH25"),
        ("GBP", "UK100 FTSE FTSE100"),
        ("JPY", "JP225 JPN225 NIKKEI NI225"),
        ("AUD", "AUS200 AU200 ASX200"),
        ("HKD", "HK50 HSI"),
        ("CHF", "SUI20 SWI20 CH20 SMI"),
        ("CNY", "CN50 CHINA50 CHINAA50 A50"),
        ("CAD", "CA60"));

    // Roots of futures; a contract is the root with 1!, or a month and a year.
    private static readonly FrozenDictionary<string, string> Roots = Table(
        ("USD", "ES MES NQ MNQ YM MYM RTY M2K EMD GC MGC SI SIL HG MHG PL PA CL MCL QM NG QG RB HO ZN ZB ZF ZT UB TN ZC ZS ZW ZL ZM LE HE GF BTC MBT ETH MET DX VX SR3 GE"),
        ("EUR,USD", "6E M6E E7"), ("GBP,USD", "6B M6B"), ("JPY,USD", "6J J7 MJY NKD NIY"), ("AUD,USD", "6A M6A"), ("CAD,USD", "6C MCD"),
        ("CHF,USD", "6S MSF"), ("NZD,USD", "6N"), ("MXN,USD", "6M"), ("EUR", "FDAX FDXM FDXS FESX FSXE FGBL FGBM FGBS FBTP FOAT"),
        ("GBP", "Z R"));

    /// <returns>Empty when no name says: then every currency may.</returns>
    public static IReadOnlySet<string> Of(IReadOnlyList<string> names)
    {
        foreach (var name in names)
            if (Find(name) is { Count: > 0 } found) return found;
        return FrozenSet<string>.Empty;
    }

    private static HashSet<string>? Find(string name)
    {
        if (Named.TryGetValue(name, out var named)) return [.. named.Split(',')];
        if (name.Length is >= 6 and <= 8)
        {
            var (left, right) = (name[..^3], name[^3..]);
            if (Currencies.Contains(left) && Currencies.Contains(right)) return Aliased(left, right);
            if (Metals.Contains(left) && Currencies.Contains(right)) return Aliased(right, "USD");
            if (Coins.Contains(left) && Currencies.Contains(right)) return Aliased(right, "USD");
        }
        foreach (var stable in (ReadOnlySpan<string>)["USDT", "USDC", "PERP"])
            if (name.EndsWith(stable, StringComparison.Ordinal) && Coins.Contains(name[..^stable.Length])) return ["USD"];
        return RootOf(name) is { } root && Roots.TryGetValue(root, out var futures) ? [.. futures.Split(',')] : null;
    }

    // The offshore yuan has the news of the yuan.
    private static HashSet<string> Aliased(params ReadOnlySpan<string> currencies)
    {
        HashSet<string> set = [];
        foreach (var currency in currencies) set.Add(currency == "CNH" ? "CNY" : currency);
        return set;
    }

    private static string? RootOf(string name)
    {
        if (Roots.ContainsKey(name)) return name;
        if (name is [.. var continuous, >= '0' and <= '9', '!']) return continuous;
        var end = name.Length;
        while (end > 0 && char.IsAsciiDigit(name[end - 1])) end--;
        return end < name.Length && end > 1 && "FGHJKMNQUVXZ".Contains(name[end - 1], StringComparison.Ordinal) ? name[..(end - 1)] : null;
    }

    private static FrozenDictionary<string, string> Table(params ReadOnlySpan<(string Currencies, string Names)> rows)
    {
        Dictionary<string, string> table = [];
        foreach (var (currencies, names) in rows)
            foreach (var name in names.Split(' ')) table[name] = currencies;
        return table.ToFrozenDictionary();
    }
}
