using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>
/// A list of files with their SHA-256, in the form of <c>sha256sum</c>: what a publisher signs, and what a build leaves of a plugin that it
/// made.
/// </summary>
internal sealed class FileSums
{
    /// <summary>Its name in a package.</summary>
    public const string FileName = "SHA256SUMS";

    private readonly Dictionary<string, string> sums;

    private FileSums(Dictionary<string, string> sums) => this.sums = sums;

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The list of these files, in the order of their names.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, byte[]>> files) =>
        Encoding.UTF8.GetBytes(
            string.Concat(files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{HashOf(file.Value)}  {file.Key}\n")));

    /// <exception cref="FormatException">A line is no sum of a file inside the folder.</exception>
    public static FileSums Parse(string text)
    {
        Dictionary<string, string> sums = new(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0))
        {
            if (line.Split("  ", 2) is not [{ Length: 64 } sum, var name] || !sum.All(char.IsAsciiHexDigit))
                throw new FormatException($"\"{Short(line)}\" is no line of sha256sum");
            if (FileNames.Problem(name) is { } problem) throw new FormatException(problem);
            if (!sums.TryAdd(name, sum.ToLowerInvariant())) throw new FormatException($"{name} is listed twice");
        }
        return new FileSums(sums);
    }

    /// <summary>Every difference between the list and the files, each named. Files that bear one of the given names need no line.</summary>
    public IReadOnlyList<string> Differences(IReadOnlyDictionary<string, byte[]> files, params ReadOnlySpan<string> unlisted)
    {
        List<string> differences = [.. sums.Keys.Where(name => !files.ContainsKey(name)).Order(StringComparer.Ordinal)
            .Select(name => $"{name} is missing")];
        foreach (var (name, content) in files)
        {
            if (sums.TryGetValue(name, out var sum))
            {
                if (sum != HashOf(content)) differences.Add($"{name} is not as it was packed");
            }
            else if (!unlisted.Contains(name))
            {
                differences.Add($"{name} does not belong to it");
            }
        }
        return differences;
    }

    private static string Short(string line) => line.Length <= 80 ? line : line[..80] + "…";
}
