using System.Globalization;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>Says what to do about a symbol that an account does not have.</summary>
internal static class UnknownWords
{
    private const string Months = "FGHJKMNQUVXZ";

    /// <param name="suggestions">Names that the account has, the likeliest first.</param>
    /// <param name="active">The contract that is active of the future that was named, where the account has it.</param>
    /// <param name="isTerminal">The account's symbols are those that a terminal shows.</param>
    public static string Of(
        string symbol, IReadOnlyList<string> suggestions, BrokerSdk.Instrument? active, bool isTerminal, DateTimeOffset now)
    {
        if (SymbolText.StrangeLettersOf(symbol) is { } strange) return $"The broker has no symbol {symbol}: {strange}";
        if (ForeignForm.Of(symbol) is { Written: [var first, ..] written })
            return first.StartsWith('{') ? $"Write {first}: the symbol came as a whole description of the chart."
                : $"The broker has no symbol {symbol}: here it is written {string.Join(" or ", written)}.";
        if (ExpiryOf(symbol, now) is { } expiry && expiry < Month(now))
        {
            var instead = active is null
                ? "" : $" The active one is {active.Symbol}{(active.Description is { Length: > 0 } about ? $" ({about})" : "")}.";
            return $"The contract {symbol} has expired ({expiry.ToString("MMMM yyyy", CultureInfo.InvariantCulture)}).{instead}";
        }
        var hasOtherName = OtherNames.Of(symbol).Any(name => suggestions.Any(suggestion => Symbols.Same(name, suggestion)));
        if (hasOtherName) return $"The broker has no symbol {symbol}; its own name for it may be {string.Join(" or ", suggestions)}. Write that, or map {symbol} to it under Symbols.";
        var words = suggestions.Count == 0
            ? $"The broker has no symbol {symbol}." : $"The broker has no symbol {symbol}. Did you mean {string.Join(", ", suggestions)}?";
        return isTerminal ? $"{words} It is not in the terminal's Market Watch: show it there, or map it under Symbols." : words;
    }

    /// <summary>
    /// The month in which the contract of a dated symbol ends: <c>MESU2024</c>, <c>MESU24</c>, <c>MESU4</c>. A digit alone is the nearest
    /// such year.
    /// </summary>
    private static DateOnly? ExpiryOf(string symbol, DateTimeOffset now)
    {
        var name = Symbols.Canonical(symbol);
        if (FutureSymbol.Parse(name) is not { Month: { } month, Year: { } digit } future) return null;
        var written = name[(future.Root.Length + 1)..];
        var year = written.Length switch { 1 => Nearest(digit, now.Year), 2 => 2000 + Number(written), _ => Number(written) };
        return new DateOnly(year, Months.IndexOf(month, StringComparison.Ordinal) + 1, 1);
    }

    private static int Nearest(int digit, int now)
    {
        var year = now - (now % 10) + digit;
        return year - now > 5 ? year - 10 : now - year >= 5 ? year + 10 : year;
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static DateOnly Month(DateTimeOffset now) => new(now.Year, now.Month, 1);
}
