using System.Text.Json;

namespace TradeFlow.Architecture.Tests;

public sealed class ProjectReferenceTests
{
    [Fact]
    public void The_sdk_needs_nothing_but_the_framework_and_the_logging_abstractions()
    {
        var sdk = Project("TradeFlow.BrokerSdk");

        Repository.ProjectReferences(sdk).ShouldBeEmpty();
        Repository.PackageReferences(sdk).ShouldBe(["Microsoft.Extensions.Logging.Abstractions"]);
    }

    [Fact]
    public void The_platform_knows_the_sdk_and_no_host_and_no_plugin() =>
        Repository.ProjectReferences(Project("TradeFlow.Platform"))
            .ShouldBe(["TradeFlow.BrokerSdk", "TradeFlow.BrokerSdk.Packaging"], ignoreOrder: true);

    [Theory]
    [InlineData("TradeFlow.Api")]
    [InlineData("TradeFlow.Worker")]
    public void A_host_composes_the_platform_and_the_service_defaults(string host) =>
        Repository.ProjectReferences(Project(host))
            .ShouldBeSubsetOf(["TradeFlow.Platform", "TradeFlow.ServiceDefaults", "TradeFlow.PluginRunner"]);

    [Fact]
    public void A_plugin_knows_the_sdk_alone()
    {
        var plugins = Repository.Projects.Where(path => Repository.Name(path).StartsWith("TradeFlow.Plugins.", StringComparison.Ordinal)
            && !Repository.Name(path).EndsWith(".Tests", StringComparison.Ordinal)).ToList();

        plugins.ShouldNotBeEmpty();
        foreach (var plugin in plugins)
            Repository.ProjectReferences(plugin).Except(["TradeFlow.BrokerSdk"])
                .ShouldBeEmpty($"{Repository.Name(plugin)} must reference TradeFlow.BrokerSdk only");
    }

    [Fact]
    public void Nobody_but_the_apphost_and_tests_refers_to_a_host_or_a_plugin()
    {
        var offenders =
            from project in Repository.Projects
            let name = Repository.Name(project)
            where name != "TradeFlow.AppHost" && !name.EndsWith(".Tests", StringComparison.Ordinal)
                && !name.EndsWith("Benchmarks", StringComparison.Ordinal)
            from reference in Repository.ProjectReferences(project)
            where reference is "TradeFlow.Api" or "TradeFlow.Worker" or "TradeFlow.AppHost"
                || reference.StartsWith("TradeFlow.Plugins.", StringComparison.Ordinal)
            select $"{name} → {reference}";

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "TradeFlow.sln")).Replace('\\', '/');

        var missing = Repository.Projects.Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));

        missing.ShouldBeEmpty("add it with: dotnet sln TradeFlow.sln add <project>");
    }

    [Fact]
    public void No_project_names_the_version_of_a_package_itself()
    {
        var offenders =
            from project in Repository.Projects
            from line in File.ReadLines(project)
            where line.Contains("<PackageReference", StringComparison.Ordinal) && line.Contains("Version=", StringComparison.Ordinal)
                && !line.Contains("UseAspire", StringComparison.Ordinal)
            where Repository.Name(project) != "TradeFlow.AppHost"
            select $"{Repository.Name(project)}: {line.Trim()}";

        offenders.ShouldBeEmpty("versions stand in Directory.Packages.props");
    }

    [Fact]
    [Trait("Control", "D6")]
    public void Every_package_is_locked_and_none_is_taken_in_another_version_than_it_was_asked_for()
    {
        Repository.Projects.Select(Path.GetDirectoryName).Where(folder => !File.Exists(Path.Combine(folder!, "packages.lock.json")))
            .ShouldBeEmpty("restore writes packages.lock.json: commit it");

        // NU1603: a version that was named is not served, and another one was taken.
        var settings = Directory.EnumerateFiles(Repository.Root, "Directory.*.*").Concat(Repository.Projects);
        settings.Where(path => File.ReadAllText(path).Contains("NU1603", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_sdk_asks_its_users_for_the_oldest_logging_abstractions_of_its_line()
    {
        using var locked = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(Project("TradeFlow.BrokerSdk"))!, "packages.lock.json")));

        locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").GetProperty("Microsoft.Extensions.Logging.Abstractions")
            .GetProperty("requested").GetString().ShouldBe("[10.0.0, )");
    }

    private static string Project(string name) => Repository.Projects.Single(path => Repository.Name(path) == name);
}
