using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Paper.Market;

/// <summary>An instrument with a plausible price to start from.</summary>
internal sealed record PaperInstrument(Instrument Instrument, decimal StartPrice);

/// <summary>Makes an instrument of any symbol that has the form of one.</summary>
internal static partial class Instruments
{
    // Rough prices in US dollars of one unit; a pair starts at the ratio of its two sides.
    private static readonly Dictionary<string, decimal> Currencies = new(StringComparer.Ordinal)
    {
        ["USD"] = 1m, ["EUR"] = 1.09m, ["GBP"] = 1.27m, ["AUD"] = 0.66m, ["NZD"] = 0.60m, ["CAD"] = 0.73m, ["CHF"] = 1.13m,
        ["JPY"] = 0.00667m, ["SEK"] = 0.095m, ["NOK"] = 0.093m, ["DKK"] = 0.146m, ["PLN"] = 0.25m, ["HUF"] = 0.0028m, ["CZK"] = 0.043m,
        ["MXN"] = 0.055m, ["ZAR"] = 0.055m, ["TRY"] = 0.03m, ["SGD"] = 0.74m, ["HKD"] = 0.128m, ["CNH"] = 0.14m,
    };

    private static readonly Dictionary<string, decimal> Coins = new(StringComparer.Ordinal)
    {
        ["BTC"] = 65000m, ["ETH"] = 3300m, ["SOL"] = 150m, ["XRP"] = 0.6m, ["LTC"] = 80m, ["BCH"] = 400m, ["ADA"] = 0.45m, ["DOGE"] = 0.15m,
        ["DOT"] = 6m, ["LINK"] = 15m, ["AVAX"] = 30m, ["BNB"] = 580m,
    };

    private static readonly Dictionary<string, (decimal Price, decimal Contract, decimal Tick)> Metals = new(StringComparer.Ordinal)
    {
        ["XAU"] = (2400m, 100m, 0.01m), ["XAG"] = (29m, 5000m, 0.001m), ["XPT"] = (980m, 100m, 0.01m), ["XPD"] = (950m, 100m, 0.01m),
    };

    private static readonly Dictionary<string, (decimal Price, decimal Contract, decimal Tick)> Futures = new(StringComparer.Ordinal)
    {
        ["ES"] = (5500m, 50m, 0.25m), ["MES"] = (5500m, 5m, 0.25m), ["NQ"] = (19500m, 20m, 0.25m), ["MNQ"] = (19500m, 2m, 0.25m),
        ["YM"] = (40000m, 5m, 1m), ["MYM"] = (40000m, 0.5m, 1m), ["RTY"] = (2200m, 50m, 0.1m), ["M2K"] = (2200m, 5m, 0.1m),
        ["CL"] = (78m, 1000m, 0.01m), ["MCL"] = (78m, 100m, 0.01m), ["GC"] = (2400m, 100m, 0.1m), ["MGC"] = (2400m, 10m, 0.1m),
        ["SI"] = (29m, 5000m, 0.005m), ["NG"] = (2.5m, 10000m, 0.001m), ["ZB"] = (118m, 1000m, 0.03125m), ["ZN"] = (110m, 1000m, 0.015625m),
        ["6E"] = (1.09m, 125000m, 0.00005m), ["6B"] = (1.27m, 62500m, 0.0001m), ["BTC"] = (65000m, 5m, 5m), ["MBT"] = (65000m, 0.1m, 5m),
    };

    private static readonly Dictionary<string, decimal> Indices = new(StringComparer.Ordinal)
    {
        ["US30"] = 40000m, ["US500"] = 5500m, ["SPX500"] = 5500m, ["NAS100"] = 19500m, ["US100"] = 19500m, ["USTEC"] = 19500m,
        ["US2000"] = 2200m, ["GER40"] = 18500m, ["DE40"] = 18500m, ["UK100"] = 8200m, ["FRA40"] = 7500m, ["JP225"] = 39000m,
        ["EU50"] = 4900m, ["AUS200"] = 8000m,
    };

    private static readonly string[] CoinQuotes = ["USDT", "USDC", "USD", "EUR", "BTC"];

    /// <summary>What a list shows; any other symbol of the same form trades too.</summary>
    public static IReadOnlyList<string> Listed { get; } =
        ["EURUSD", "GBPUSD", "USDJPY", "AUDUSD", "USDCAD", "USDCHF", "NZDUSD", "EURGBP", "EURJPY", "GBPJPY", "XAUUSD", "XAGUSD", "BTCUSD",
            "ETHUSD", "SOLUSD", "US30", "US500", "NAS100", "GER40", "ES1!", "MES1!", "NQ1!", "MNQ1!", "CL1!", "GC1!", "AAPL", "MSFT",
            "NVDA", "TSLA", "AMZN"];

    private static readonly ConcurrentDictionary<string, PaperInstrument> Known = new(StringComparer.Ordinal);

    /// <returns>The instrument, or <c>null</c> when the text has no form that is known.</returns>
    public static PaperInstrument? Find(string text)
    {
        if (Known.TryGetValue(text, out var known)) return known;
        var made = Make(Strip(text));
        if (made is not null && Known.Count < 10_000) Known[text] = made;
        return made;
    }

    private static PaperInstrument? Make(string symbol)
    {
        return Metal(symbol) ?? Forex(symbol) ?? Coin(symbol) ?? Future(symbol) ?? Index(symbol) ?? Stock(symbol);
    }

    // A book of this house knows one spelling: no exchange, no slash, no suffix.
    private static string Strip(string text)
    {
        var symbol = text.Trim().ToUpperInvariant();
        symbol = symbol[(symbol.LastIndexOf(':') + 1)..].Replace("/", "", StringComparison.Ordinal);
        var mark = symbol.IndexOfAny(['.', '_', '#', '-']);
        return mark >= 3 ? symbol[..mark] : symbol;
    }

    private static PaperInstrument? Metal(string symbol)
    {
        if (symbol.Length != 6 || !Metals.TryGetValue(symbol[..3], out var metal) || !Currencies.TryGetValue(symbol[3..], out var quote))
            return null;
        return Lots(symbol, $"{symbol[..3]} in {symbol[3..]}", "metal", metal.Price / quote, metal.Tick, metal.Contract, symbol[3..]);
    }

    private static PaperInstrument? Forex(string symbol)
    {
        if (symbol.Length != 6 || symbol[..3] == symbol[3..] || !Currencies.TryGetValue(symbol[..3], out var left)
            || !Currencies.TryGetValue(symbol[3..], out var right))
            return null;
        var tick = symbol[3..] is "JPY" or "HUF" ? 0.001m : 0.00001m;
        return Lots(symbol, $"{symbol[..3]} in {symbol[3..]}", "forex", left / right, tick, 100_000m, symbol[3..]);
    }

    private static PaperInstrument? Coin(string symbol)
    {
        foreach (var quote in CoinQuotes)
        {
            if (!symbol.EndsWith(quote, StringComparison.Ordinal) || symbol.Length == quote.Length) continue;
            if (!Coins.TryGetValue(symbol[..^quote.Length], out var price)) continue;
            var unit = quote is "USDT" or "USDC" or "USD" ? 1m : Currencies.GetValueOrDefault(quote, Coins.GetValueOrDefault(quote, 1m));
            return Lots(symbol, $"{symbol[..^quote.Length]} in {quote}", "crypto", price / unit, price / unit > 100m ? 0.01m : 0.0001m, 1m,
                quote is "USDT" or "USDC" ? "USD" : quote);
        }
        return null;
    }

    private static PaperInstrument? Future(string symbol)
    {
        var match = FutureForm().Match(symbol);
        if (!match.Success) return null;
        var (price, contract, tick) = Futures.GetValueOrDefault(match.Groups[1].Value, (1000m, 10m, 0.25m));
        return new PaperInstrument(new Instrument
        {
            Symbol = symbol, BrokerSymbol = symbol, Description = $"{match.Groups[1].Value} future", TickSize = tick, QuantityStep = 1m,
            MinQuantity = 1m, MaxQuantity = 1000m, ContractSize = contract, QuoteCurrency = "USD", QuantityUnit = QuantityUnit.Contracts,
            AssetClass = "future",
        }, price);
    }

    private static PaperInstrument? Index(string symbol) =>
        Indices.TryGetValue(symbol, out var price) ? Lots(symbol, $"{symbol} index", "index", price, 0.1m, 1m, "USD") : null;

    private static PaperInstrument? Stock(string symbol)
    {
        if (!StockForm().IsMatch(symbol)) return null;
        return new PaperInstrument(new Instrument
        {
            Symbol = symbol, BrokerSymbol = symbol, Description = $"{symbol} stock", TickSize = 0.01m, QuantityStep = 1m, MinQuantity = 1m,
            MaxQuantity = 100_000m, ContractSize = 1m, QuoteCurrency = "USD", QuantityUnit = QuantityUnit.Units, AssetClass = "stock",
        }, 50m + (Seed.Of(symbol) % 400));
    }

    private static PaperInstrument Lots(
        string symbol, string description, string assetClass, decimal price, decimal tick, decimal contract, string quote) =>
        new(new Instrument
        {
            Symbol = symbol, BrokerSymbol = symbol, Description = description, TickSize = tick, QuantityStep = 0.01m, MinQuantity = 0.01m,
            MaxQuantity = 1000m, ContractSize = contract, QuoteCurrency = quote, QuantityUnit = QuantityUnit.Lots, AssetClass = assetClass,
        }, Math.Max(tick, Math.Round(price / tick) * tick));

    [GeneratedRegex("^([A-Z0-9]{1,4}?)[0-9]!$", RegexOptions.None, 1000)]
    private static partial Regex FutureForm();

    [GeneratedRegex("^[A-Z]{1,5}$", RegexOptions.None, 1000)]
    private static partial Regex StockForm();
}
