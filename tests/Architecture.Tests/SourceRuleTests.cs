using System.Text.RegularExpressions;

namespace TradeFlow.Architecture.Tests;

/// <summary>Rules that only the text of the sources can show.</summary>
public sealed partial class SourceRuleTests
{
    [Fact]
    public void The_platform_and_the_hosts_name_no_broker()
    {
        var slugs = Directory.EnumerateFiles(Path.Combine(Repository.Root, "plugins"), "connector.json", SearchOption.AllDirectories)
            .Where(path => !Built(path))
            .Select(path => Slug().Match(File.ReadAllText(path)).Groups[1].Value)
            .Where(slug => slug is not "paper")
            .ToList();
        slugs.ShouldNotBeEmpty();

        var offenders =
            from file in Sources("src", "*.cs").Concat(Sources("src", "*.ts")).Concat(Sources("src", "*.tsx"))
            where !file.Contains("BrokerSdk", StringComparison.Ordinal) && !Path.GetFileName(file)
                .StartsWith("schema.d", StringComparison.Ordinal) && !file.Contains(".test.", StringComparison.Ordinal)
            from line in File.ReadLines(file).Index()
            let code = Comment().Replace(line.Item, "")
            where slugs.Any(slug => Regex.IsMatch(code, $"\"{slug}\"|'{slug}'", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)))
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {line.Item.Trim()}";

        offenders.ShouldBeEmpty("what a broker is like stands in its connector.json");
    }

    [Fact]
    [Trait("Control", "T1")]
    public void No_file_of_the_platform_crosses_the_tenant_wall_without_saying_so()
    {
        var offenders = Sources("src/TradeFlow.Platform", "*.cs")
            .Where(file => File.ReadAllText(file).Contains("IgnoreQueryFilters()", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.Root, file));

        offenders.ShouldBeEmpty("name the filter that is left out");
    }

    [Fact]
    [Trait("Control", "T1")]
    public void The_walls_of_tenant_and_accounts_are_set_together_in_one_place()
    {
        var offenders = Sources("src", "*.cs")
            .Where(file => Path.GetFileName(file) != "Wall.cs" && File.ReadAllText(file).Contains("'app.tenant'", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Repository.Root, file));

        offenders.ShouldBeEmpty("use Wall: who sets the tenant alone sees all its accounts");
    }

    [Fact]
    public void Somebody_who_waits_to_be_woken_waits_for_a_wake()
    {
        var offenders = Sources("src/TradeFlow.Platform", "*.cs")
            .Where(file => Path.GetFileName(file) != "Wake.cs" && EmptySemaphore().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file));

        offenders.ShouldBeEmpty("a semaphore that is released from many places grows, or throws: use Wake");
    }

    [Fact]
    public void Folders_and_files_have_telling_names()
    {
        var offenders = Sources("src", "*.cs").Concat(Sources("plugins", "*.cs")).Concat(Sources("TradeFlow.AppHost", "*.cs"))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(file => Vague().IsMatch(file));

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void No_session_of_the_pool_is_given_a_setting_or_a_lock_since_nothing_clears_them()
    {
        var offenders =
            from file in Sources("src/TradeFlow.Platform", "*.cs").Concat(Sources("src/TradeFlow.Platform", "*.sql"))
            where Path.GetFileName(file) is not ("SoleProcess.cs" or "Migrator.cs")
            from line in File.ReadLines(file).Index()
            where SessionState().IsMatch(line.Item)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}: {line.Item.Trim()}";

        offenders.ShouldBeEmpty("use set_config(…, true), pg_advisory_xact_lock, or SoleProcess");
    }

    [Fact]
    public void What_is_measured_has_its_alarm_and_no_alarm_waits_for_what_nobody_measures()
    {
        var measured = Sources("src", "*.cs").SelectMany(file => MeasureInCode().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value);
        var told = MeasureOnPage().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbooks", "alarms.md")))
            .Select(match => match.Groups[1].Value);

        told.Distinct().ShouldBe(measured.Distinct(), ignoreOrder: true);
    }

    private static IEnumerable<string> Sources(string folder, string pattern) =>
        Directory.Exists(Path.Combine(Repository.Root, folder))
            ? Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
                .Where(path => !Built(path))
            : [];

    private static bool Built(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules" or "dist" or "dev");

    [GeneratedRegex("\"slug\"\\s*:\\s*\"([a-z0-9]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Slug();

    [GeneratedRegex("//.*$|^\\s*\\*.*$", RegexOptions.None, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex("SemaphoreSlim(\\s+\\w+\\s*=\\s*new)?\\(0\\b", RegexOptions.None, 1000)]
    private static partial Regex EmptySemaphore();

    [GeneratedRegex("\"(tradeflow\\.[a-z_.]+)\"", RegexOptions.None, 1000)]
    private static partial Regex MeasureInCode();

    [GeneratedRegex("`(tradeflow\\.[a-z_.]+)`", RegexOptions.None, 1000)]
    private static partial Regex MeasureOnPage();

    // What lasts longer than its transaction. "set" in the head of a function lasts as long as its call.
    [GeneratedRegex(
        "pg_(try_)?advisory_lock|set_config\\([^)]*,\\s*false\\)|[\"(;]\\s*(set (session|role|timezone|search_path|statement_timeout|lock_timeout|app\\.)|listen |create temp|prepare )",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SessionState();

    [GeneratedRegex("(^|/)(\\w*(Helpers?|Utils?|Utilities|Manager|Common|Misc))(/|\\.cs$)", RegexOptions.None, 1000)]
    private static partial Regex Vague();
}
