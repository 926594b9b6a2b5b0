using System.Text;

namespace TradeFlow.Platform.Strategies.Publishing;

/// <summary>What people write of a strategy, checked: each fault by the name of its field.</summary>
internal static class StrategyText
{
    private const int LongestName = 60;
    private const int LongestDescription = 1000;
    private const int LongestSymbol = 40;
    private const int MostSymbols = 50;

    /// <param name="isNew">A new one needs a name; a change may leave everything out.</param>
    public static Dictionary<string, string[]> Check(string? name, string? description, IReadOnlyList<string>? symbols, bool isNew)
    {
        Dictionary<string, string[]> errors = [];
        if ((isNew && name is null) || (name is not null && (name.Trim().Length is 0 or > LongestName || name.Any(char.IsControl))))
            errors["name"] = [$"Use 1 to {LongestName} characters."];
        if (description is not null && (description.Length > LongestDescription || description.Contains('\0', StringComparison.Ordinal)))
            errors["description"] = [$"Use at most {LongestDescription} characters."];
        if (symbols is not null && (symbols.Count > MostSymbols
            || symbols.Any(symbol => symbol is null || symbol.Trim().Length is 0 or > LongestSymbol || symbol.Any(char.IsControl))))
            errors["symbols"] = [$"Name at most {MostSymbols} symbols, each of 1 to {LongestSymbol} characters."];
        return errors;
    }

    public static string[] Symbols(IReadOnlyList<string>? symbols) =>
        symbols is null ? [] : [.. symbols.Select(symbol => symbol.Trim().ToUpperInvariant()).Distinct(StringComparer.Ordinal)];

    /// <summary>The name as it may stand in an address.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.Trim().ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        var text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "strategy";
    }
}
