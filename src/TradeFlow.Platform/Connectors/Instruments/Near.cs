namespace TradeFlow.Platform.Connectors.Instruments;

/// <summary>Names that a mistyped symbol may have meant.</summary>
internal static class Near
{
    private const int AtMost = 5;

    /// <param name="likeliest">Other names of what was meant: those of them that there are come first, and no further away is
    /// looked.</param>
    public static IReadOnlyList<string> To(string symbol, IReadOnlyCollection<string> names, IReadOnlyList<string> likeliest)
    {
        var meant = likeliest.Where(name => names.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase).Take(AtMost).ToList();
        return meant.Count > 0 ? meant : To(symbol, names);
    }

    public static IReadOnlyList<string> To(string symbol, IEnumerable<string> names) =>
    [
        .. names.Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, Distance: Distance(symbol, name.ToUpperInvariant())))
            .Where(entry => entry.Distance <= Math.Max(2, symbol.Length / 3))
            .OrderBy(entry => entry.Distance).ThenBy(entry => entry.Name, StringComparer.Ordinal)
            .Take(AtMost).Select(entry => entry.Name),
    ];

    // Levenshtein, with a beginning in common counted as near: "NAS" means "NAS100".
    private static int Distance(string left, string right)
    {
        if (left.Length >= 3 && right.StartsWith(left, StringComparison.Ordinal)) return 1;
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++) row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.Length];
    }
}
