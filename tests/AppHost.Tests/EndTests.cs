namespace TradeFlow.AppHost.Tests;

public sealed class EndTests
{
    [Theory]
    [InlineData("servers")]
    [InlineData("family")]
    public async Task SIGTERM_ends_every_child_and_grandchild(string scenario)
    {
        await using var host = new AppHostProcess(scenario, Folders.New());
        await host.Healthy();
        host.Family().Count.ShouldBeGreaterThanOrEqualTo(3, "the servers and the watchdog");

        host.Signal(AppHostProcess.Term);

        (await host.ExitCode()).ShouldBe(0);
        await Eventually.True(() => host.Family().Count == 0, TimeSpan.FromSeconds(10), () => string.Join('\n', host.Family()));
    }

    [Theory]
    [InlineData("servers")]
    [InlineData("family")]
    public async Task Death_by_SIGKILL_leaves_no_child_and_no_grandchild(string scenario)
    {
        await using var host = new AppHostProcess(scenario, Folders.New());
        await host.Healthy();

        host.Signal(AppHostProcess.Kill);

        await host.ExitCode();
        await Eventually.True(() => host.Family().Count == 0, TimeSpan.FromSeconds(10), () => string.Join('\n', host.Family()));
    }

    [Fact]
    public async Task A_start_that_is_interrupted_ends_in_order()
    {
        await using var host = new AppHostProcess("servers", Folders.New());
        await host.Says("making an empty PostgreSQL");

        host.Signal(AppHostProcess.Term);

        (await host.ExitCode()).ShouldBe(0);
        host.Output.ShouldNotContain("   at ");
    }
}
