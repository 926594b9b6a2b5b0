using TradeFlow.BrokerSdk.Testing.Tests.Toy;

namespace TradeFlow.BrokerSdk.Testing.Tests;

/// <summary>L3, with the toy venue in the place of the real broker.</summary>
public sealed class DemoAccountTests
{
    private static readonly string Plugin = Saboteurs.Folder("Saboteur");

    [Fact]
    public void Nothing_runs_unless_somebody_opted_in()
    {
        var fault = Should.Throw<InvalidOperationException>(() => DemoAccount.FromEnvironment(Plugin, _ => null));

        fault.Message.ShouldContain("TRADEFLOW_LIVE=1");
    }

    [Fact]
    public void Real_money_is_refused()
    {
        var fault =
            Should.Throw<InvalidOperationException>(() => DemoAccount.FromEnvironment(Plugin, Variables(("TRADEFLOW_DEMO_MODE", "Live"))));

        fault.Message.ShouldContain("real money");
    }

    [Fact]
    public void All_that_is_missing_is_named_at_once()
    {
        var fault = Should.Throw<InvalidOperationException>(() => DemoAccount.FromEnvironment(Plugin, Variables()));

        fault.Message.ShouldBe("Set TRADEFLOW_DEMO_SYMBOL, TRADEFLOW_DEMO_USER, TRADEFLOW_DEMO_PASSWORD.");
    }

    [Fact]
    public async Task A_right_connector_passes_and_leaves_the_account_flat()
    {
        await using var venue = await ToyVenue.OpenAsync("");

        var report = await RunAsync(venue);

        report.Cases.Where(one => one.Level is ConformanceLevel.L3).ShouldAllBe(one => one.Verdict == ConformanceVerdict.Passed);
        report.Cases.Where(one => one.Level is ConformanceLevel.L1 or ConformanceLevel.L2)
            .ShouldAllBe(one => one.Verdict == ConformanceVerdict.NotRun);
        (await venue.OrdersAsync(CancellationToken.None)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_account_with_something_open_is_left_alone()
    {
        await using var venue = await ToyVenue.OpenAsync("");
        ((ToyVenue)venue).BuyByHand();

        var report = await RunAsync(venue);

        report.Cases.Where(one => one.Verdict == ConformanceVerdict.Failed).Select(one => one.Id).ShouldBe(["TC-B98", "TC-D98", "TC-H98"]);
        (await venue.OrdersAsync(CancellationToken.None)).Count.ShouldBe(1);
    }

    private static async Task<ConformanceReport> RunAsync(IVenue venue)
    {
        var account = DemoAccount.FromEnvironment(Plugin, Variables(
            ("TRADEFLOW_DEMO_SYMBOL", venue.Symbol), ("TRADEFLOW_DEMO_USER", venue.Credentials["user"]),
            ("TRADEFLOW_DEMO_PASSWORD", venue.Credentials["password"]), ("TRADEFLOW_DEMO_URL_API", venue.Endpoints["api"].ToString())));
        await using var run = new ConformanceRun(new PluginFolderTarget(Plugin, _ => Task.FromResult<IVenue>(account)),
            new ConformanceOptions { UpTo = ConformanceLevel.L3 });
        return await run.RunAsync(null, CancellationToken.None);
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] set) =>
        name => name == DemoAccount.OptIn ? "1" : set.FirstOrDefault(one => one.Name == name).Value;
}
