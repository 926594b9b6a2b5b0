using System.Text;

namespace TradeFlow.BrokerSdk.Testing.Tests;

/// <summary>The cards themselves.</summary>
public sealed class SuiteTests
{
    [Fact]
    public void Ids_are_given_once_and_every_group_has_cases()
    {
        ConformanceSuite.Cases.Select(card => card.Id).ShouldBeUnique();
        ConformanceSuite.Cases.Select(card => card.Group).Distinct().Count().ShouldBe(Enum.GetValues<ConformanceGroup>().Length);
    }

    [Fact]
    public void The_table_of_the_readme_is_the_suite()
    {
        var table = new StringBuilder("| case | level | rule | passed when | skipped when |\n| --- | --- | --- | --- | --- |\n");
        foreach (var card in ConformanceSuite.Cases)
            table.Append($"| {card.Id} | {card.Level} | {card.Title} | {card.PassRule} | {card.SkipWhen ?? "never"} |\n");
        if (Environment.GetEnvironmentVariable("TRADEFLOW_ACCEPT") is "1")
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "kit-table.md"), table.ToString());

        // Accept a change: run this test with TRADEFLOW_ACCEPT=1 and put kit-table.md of the output folder into the README.
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "kit-readme.md")).ShouldContain(table.ToString());
    }
}
