using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// A symbol in the form of a future: <c>MES1!</c> follows the active contract, <c>MESZ2026</c>, <c>MESZ26</c> and <c>MESZ6</c> are one
/// month.
/// </summary>
/// <param name="Month">The exchange's letter; <c>null</c> for a continuous symbol.</param>
/// <param name="Year">Its last digit, as on every exchange.</param>
internal sealed partial record FutureSymbol(string Root, char? Month, int? Year)
{
    /// <summary><c>null</c> for a symbol that has no such form. A form alone makes no future: ask the instrument as well.</summary>
    public static FutureSymbol? Parse(string canonical)
    {
        if (Continuous().Match(canonical) is { Success: true } rolling) return new FutureSymbol(rolling.Groups[1].Value, null, null);
        return Dated().Match(canonical) is { Success: true } dated
            ? new FutureSymbol(dated.Groups[1].Value, dated.Groups[2].Value[0], dated.Groups[3].Value[^1] - '0') : null;
    }

    /// <summary>
    /// True when an exit in <paramref name="spoken"/> is for a contract that is held as <paramref name="held"/>: a continuous symbol or the
    /// bare root means every month of it, so that an exit finds the position that was opened before the roll.
    /// </summary>
    public static bool Covers(string spoken, string held)
    {
        var (said, has) = (Symbols.Canonical(spoken), Symbols.Canonical(held));
        if (Parse(has) is not { } contract) return false;
        if (said == contract.Root) return true;
        return Parse(said) is { } named && named.Root == contract.Root
            && (named.Month is null || (named.Month == contract.Month && named.Year == contract.Year));
    }

    [GeneratedRegex("^([A-Z0-9]{1,6}?)[1-9]!$", RegexOptions.CultureInvariant)]
    private static partial Regex Continuous();

    [GeneratedRegex("^([A-Z0-9]{1,6}?)([FGHJKMNQUVXZ])([0-9]{1,2}|20[0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Dated();
}
