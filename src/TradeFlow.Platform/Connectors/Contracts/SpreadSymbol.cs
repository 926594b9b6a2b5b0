using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// What a chart of two symbols is called: <c>CL1!-CL2!</c>, <c>MES1!/MNQ1!</c>, <c>1/EURUSD</c>. Nobody can trade it, and a reader that
/// drops what follows a mark would trade one leg. Names such as <c>EUR/USD</c>, <c>BTC-USD</c> and <c>USDCAD-ECN</c> look like it and are
/// none; what an account lists word for word is never one.
/// </summary>
internal static partial class SpreadSymbol
{
    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal)
    {
        "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "HUF", "CZK", "TRY", "ZAR", "MXN", "SGD", "HKD",
        "CNH", "CNY", "ILS", "THB", "BRL", "INR", "KRW", "USDT", "USDC", "BUSD", "TUSD", "DAI", "BTC", "ETH", "XBT", "BNB", "XAU",
        "XAG", "XPT", "XPD",
    };

    /// <summary>True when the form alone says so.</summary>
    public static bool Is(string symbol)
    {
        var text = symbol.Trim().ToUpperInvariant();
        if (Formula().Match(text) is not { Success: true } formula) return false;
        var (left, mark, right) = (WithoutExchange(formula.Groups[1].Value), formula.Groups[2].Value,
            WithoutExchange(formula.Groups[3].Value));
        if (mark is "*" or "+") return right.Length > 0;
        // With a dash a number is a market or a suffix: 7203-T, EURUSD-2.
        if (mark == "/" && (IsNumber(left) || IsNumber(right))) return true;
        // Two whole instruments; a currency against a currency is one.
        return (IsWhole(left) && IsWhole(right)) || (formula.Groups[3].Value.Contains(':', StringComparison.Ordinal) && right.Length > 0);
    }

    /// <summary>
    /// The second leg, if what stands behind the dash is one: <c>AAPL-MSFT</c>. Where the account has no symbol of that name it is a
    /// suffix.
    /// </summary>
    public static string? SecondLegOf(string symbol)
    {
        var text = symbol.Trim().ToUpperInvariant();
        if (Formula().Match(text) is not { Success: true } formula || formula.Groups[2].Value != "-") return null;
        var (left, right) = (WithoutExchange(formula.Groups[1].Value), formula.Groups[3].Value);
        return left.Length is >= 1 and <= 5 && right.Length is >= 2 and <= 5 && right.All(char.IsAsciiLetter) && !Currencies.Contains(right)
            ? right : null;
    }

    private static bool IsWhole(string leg) =>
        leg.EndsWith('!') || FutureSymbol.Parse(leg) is not null || (leg.Length >= 6 && (IsPair(leg, 3) || IsPair(leg, 4)));

    private static bool IsPair(string leg, int quote) => Currencies.Contains(leg[^quote..]) && Currencies.Contains(leg[..^quote]);

    private static bool IsNumber(string leg) => leg.Length > 0 && leg.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    private static string WithoutExchange(string leg) => leg[(leg.LastIndexOf(':') + 1)..];

    [GeneratedRegex(@"^([^\s*/+\-]+)\s*([*/+\-])\s*([^\s]*)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Formula();
}
