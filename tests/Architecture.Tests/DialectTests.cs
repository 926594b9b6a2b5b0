using System.Text.RegularExpressions;

namespace TradeFlow.Architecture.Tests;

/// <summary>
/// A dialect is its folder: nothing outside knows its types or its name, so that one is added or taken out with the folder alone.
/// </summary>
public sealed partial class DialectTests
{
    private static readonly string Home = Path.Combine(Repository.Root, "src", "TradeFlow.Platform", "Alerts", "Dialects");

    // The platform's own dialect is what the template writes.
    private static readonly string[] Folders = [.. Directory.EnumerateDirectories(Home).Select(path => Path.GetFileName(path))
        .Where(name => name != "UnifyV1")];

    [Fact]
    public void Nothing_outside_its_folder_names_a_dialect()
    {
        Folders.ShouldNotBeEmpty();
        var offenders =
            from folder in Folders
            let home = Path.Combine(Home, folder) + Path.DirectorySeparatorChar
            let names = Directory.EnumerateFiles(home, "*.cs").SelectMany(file => Name().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value).ToList()
            from file in Sources()
            where !file.StartsWith(home, StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where text.Contains($"Dialects.{folder}", StringComparison.Ordinal) || names.Exists(
                name => text.Contains($"\"{name}\"", StringComparison.Ordinal) || text.Contains($"'{name}'", StringComparison.Ordinal))
            select $"{Path.GetRelativePath(Repository.Root, file)} names {folder}";

        offenders.ShouldBeEmpty("what a dialect is like stands in its folder");
    }

    [Fact]
    public void Every_dialect_has_a_name_of_its_own() =>
        Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Home, folder), "*.cs"))
            .SelectMany(file => Name().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).Count().ShouldBe(Folders.Length);

    internal static IEnumerable<string> Sources() => ((string[])["*.cs", "*.ts", "*.tsx"])
        .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), pattern, SearchOption.AllDirectories))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules" or "dist")
            && !path.Contains(".test.", StringComparison.Ordinal));

    [GeneratedRegex("string Name => \"([a-z0-9.-]+)\";", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
