using System.Reflection;
using System.Text.RegularExpressions;

namespace TradeFlow.AppHost.Tests;

public sealed partial class ChildSettingsTests
{
    [Fact]
    public void Every_setting_that_a_program_reads_is_handed_to_it()
    {
        var root = typeof(ChildSettingsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!;
        string[] ours = ["Secrets", "Dashboard"];

        var read = new[] { "TradeFlow.Platform", "TradeFlow.Api", "TradeFlow.Worker" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(root, "src", project), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(path => Setting().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value)).Distinct().ToList();

        read.Count.ShouldBeGreaterThan(15);
        read.Except(ours).ShouldBeSubsetOf(ChildSettings.Api, "a setting that is in no list of ChildSettings never reaches the program");
    }

    [GeneratedRegex("""(?:[cC]onfiguration\[\$?|[cC]onfiguration\.Get(?:Section|Value)(?:<[^>]*>)?\(|BindConfiguration\()"([A-Za-z_]+)""",
        RegexOptions.None, 1000)]
    private static partial Regex Setting();
}
