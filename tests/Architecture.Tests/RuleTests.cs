namespace TradeFlow.Architecture.Tests;

/// <summary>
/// A risk rule with settings of its own is its folder: nothing outside knows it, so that one is added or taken out with the folder alone.
/// </summary>
public sealed class RuleTests
{
    private static readonly string Home = Path.Combine(Repository.Root, "src", "TradeFlow.Platform", "Risk", "Rules");

    [Fact]
    public void Nothing_outside_its_folder_names_a_rule_or_a_setting_of_it()
    {
        var folders = Directory.EnumerateDirectories(Home).Where(path => File.Exists(Path.Combine(path, "settings.json"))).ToList();
        folders.ShouldNotBeEmpty();
        var offenders =
            from folder in folders
            let name = Path.GetFileName(folder)
            let code = "risk." + string.Concat(
                name.Select((letter, at) => char.IsUpper(letter) ? (at > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString()))
            from file in DialectTests.Sources()
            where !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where text.Contains($"Rules.{name}", StringComparison.Ordinal) || text.Contains($"{name}Rule", StringComparison.Ordinal)
                || text.Contains(code, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)} names {name}";

        offenders.ShouldBeEmpty("what a rule is like stands in its folder");
    }
}
