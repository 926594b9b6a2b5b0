using System.Text.RegularExpressions;

namespace TradeFlow.Architecture.Tests;

/// <summary>
/// The compiler does not see what SQL reads of another module. Each such use is named in docs/adr/0022-sql-between-modules.md: a new one is
/// decided there, and one that is gone leaves the list.
/// </summary>
public sealed partial class SqlEdgeTests
{
    private static readonly string Platform = Path.Combine(Repository.Root, "src", "TradeFlow.Platform");
    private static readonly string[] Modules =
        [.. Directory.EnumerateDirectories(Platform).Select(path => Path.GetFileName(path)).Except(["bin", "obj"])
            .Order(StringComparer.Ordinal)];

    public static TheoryData<string> Folders => [.. Modules];

    [Theory]
    [MemberData(nameof(Folders))]
    public void What_the_sql_of_a_module_uses_of_another_is_named(string module) => Used(module).ShouldBe(Named(module));

    [Fact]
    public void The_search_finds_what_is_there()
    {
        Objects().ShouldContain("trading.orders");
        Used("Alerts").ShouldContain("trading.enqueue_order", "its function records a signal and its order in one statement");
        Used("Admin").ShouldContain("trading.lanes", "its C# asks for it");
    }

    private static List<string> Used(string module)
    {
        var objects = Objects();
        return [.. Texts(module).SelectMany(text => Name().Matches(text)).Select(match => match.Value)
            .Where(name => objects.Contains(name) && !Owner(name).Equals(module, StringComparison.OrdinalIgnoreCase)
                && Owner(name) != "kernel")
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Owner(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)];

    // What the functions and the program say today. A numbered file may use what was there when it ran.
    private static IEnumerable<string> Texts(string module)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Platform, module), "*", SearchOption.AllDirectories))
        {
            if (path.EndsWith(".sql", StringComparison.Ordinal) && path.Contains("/Functions/", StringComparison.Ordinal))
                yield return SqlComment().Replace(File.ReadAllText(path), "");
            else if (path.EndsWith(".cs", StringComparison.Ordinal))
                foreach (Match text in Literal().Matches(CsComment().Replace(File.ReadAllText(path), ""))) yield return text.Value;
        }
    }

    private static HashSet<string> Objects() =>
        [.. Directory.EnumerateFiles(Platform, "*.sql", SearchOption.AllDirectories)
            .SelectMany(path => Created().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value)];

    private static List<string> Named(string module)
    {
        var row = File.ReadLines(Path.Combine(Repository.Root, "docs", "adr", "0022-sql-between-modules.md"))
            .SingleOrDefault(line => line.StartsWith($"| {module} |", StringComparison.Ordinal));
        return row is null ? [] : [.. Name().Matches(row).Select(match => match.Value).Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"\b[a-z]+\.[a-z_0-9]+\b")]
    private static partial Regex Name();

    [GeneratedRegex(
        @"create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(?:table|view|function|procedure)\s+(?:if\s+not\s+exists\s+)?([a-z]+\.[a-z_0-9]+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Created();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex SqlComment();

    [GeneratedRegex(@"^\s*//[^\n]*", RegexOptions.Multiline)]
    private static partial Regex CsComment();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"")]
    private static partial Regex Literal();
}
