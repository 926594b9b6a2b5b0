using System.Text.RegularExpressions;

namespace TradeFlow.Architecture.Tests;

/// <summary>
/// No line of C# is longer than <c>max_line_length</c> of .editorconfig. Three kinds of lines are left out: the inside of a string of many
/// lines (SQL, JSON, a page), a directive of the compiler, and a line with one string literal that would not fit a line of its own either.
/// </summary>
public sealed partial class LineLengthTests
{
    private const int Longest = 140;
    private const int NameBefore = 40;
    private const int Indent = 4;

    [Fact]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        var offenders =
            from file in Directory.EnumerateFiles(Repository.Root, "*.cs", SearchOption.AllDirectories)
            where !file.Split(Path.DirectorySeparatorChar).Any(IsMade)
            from line in TooLong(File.ReadAllLines(file))
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line}";

        offenders.ShouldBeEmpty($"break them: the limit is {Longest}");
    }

    [Fact]
    public void The_editor_is_told_the_same_limit() =>
        File.ReadLines(Path.Combine(Repository.Root, ".editorconfig")).ShouldContain($"max_line_length = {Longest}");

    [Fact]
    public void A_long_line_is_excused_only_for_a_string_that_cannot_be_broken()
    {
        var words = new string('x', Longest + 1);

        TooLong([$"var {words} = 1;", $"// {words}", $"Call(\"a\", {words});", $"Call(\"{words[..90]}\", \"{words[..90]}\");"])
            .ShouldBe([1, 2, 3, 4]);
        TooLong([$"\"{words}\",", $"    [\"name\"] = \"{words}\",", $"    $\"{words}{{name}}\" +", $"#pragma warning disable {words}"])
            .ShouldBeEmpty();
        TooLong(["var sql = \"\"\"", words, "    \"\"\";", words]).ShouldBe([4]);
    }

    private static IEnumerable<int> TooLong(string[] lines)
    {
        var inside = false;
        foreach (var (at, line) in lines.Index())
        {
            var began = inside;
            if (Fences().Count(line) % 2 == 1) inside = !inside;
            if (line.Length <= Longest || (began && inside) || line.TrimStart().StartsWith('#') || IsString(line)) continue;
            yield return at + 1;
        }
    }

    private static bool IsString(string line)
    {
        var literal = Literal().Match(line);
        if (!literal.Success) return false;
        var indent = line.Length - line.TrimStart().Length;
        var before = literal.Groups["text"].Index - indent;
        return before == 0 || (before <= NameBefore && indent + Indent + line.Length - literal.Groups["text"].Index > Longest);
    }

    private static bool IsMade(string part) => part is "obj" or "bin" or "node_modules" or "artifacts" or ".tradeflow";

    [GeneratedRegex("\"{3,}", RegexOptions.None, 1000)]
    private static partial Regex Fences();

    // A plain literal, an interpolated one, or a raw one of one line, and behind it punctuation.
    [GeneratedRegex("""^.*?(?<text>"(?:[^"\\]|\\.)*"(u8)?|@?\$+@?".*"|\$*"{3,}.*"{3,}(u8)?)[)\]},;+ ]*$""", RegexOptions.None, 1000)]
    private static partial Regex Literal();
}
