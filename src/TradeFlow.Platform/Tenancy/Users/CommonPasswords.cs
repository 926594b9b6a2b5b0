using System.IO.Compression;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// The passwords that guessing begins with: of a public list of the million most used ones, and of two smaller lists, those that are long
/// enough to be chosen here (some 55,000, in small letters). The shorter ones are refused for their length.
/// </summary>
internal static class CommonPasswords
{
    private static readonly Lazy<HashSet<string>> Known = new(Read);

    public static bool Contains(string password) => Known.Value.Contains(password.ToLowerInvariant());

    private static HashSet<string> Read()
    {
        const string name = "TradeFlow.Platform.Tenancy.Users.common-passwords.txt.gz";
        using var packed = typeof(CommonPasswords).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var lines = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        HashSet<string> known = new(StringComparer.Ordinal);
        while (lines.ReadLine() is { } line) known.Add(line);
        return known;
    }
}
