using System.Diagnostics;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>However the AppHost ends, nothing is left, and PostgreSQL has closed its data.</summary>
public sealed class EndTests
{
    private static readonly TimeSpan InOrder = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ByForce = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task SIGTERM_and_SIGKILL_leave_nothing_and_the_next_start_finds_the_data_closed_with_the_same_address_and_passwords()
    {
        var folder = Folders.New();
        await EndsWithin(InOrder, folder, byDotnetRun: false, host => host.Signal(Signals.Term), code: 0);
        var (ports, secrets) = (Read("ports.json"), Read("secrets.json"));

        await EndsWithin(ByForce, folder, byDotnetRun: false, host => host.Signal(Signals.Kill), code: 137);

        Read("logs/postgres.log").ShouldContain("database system was shut down at", customMessage: "after SIGTERM");
        (Read("ports.json"), Read("secrets.json")).ShouldBe((ports, secrets));
        Directory.Delete(folder, recursive: true);

        string Read(string file) => File.ReadAllText(Path.Combine(folder, file));
    }

    [Fact]
    public async Task Ctrl_C_at_dotnet_run_leaves_nothing_and_the_data_closed()
    {
        var folder = Folders.New();
        await EndsWithin(InOrder, folder, byDotnetRun: true, host => host.Interrupt(), code: null);

        await EndsWithin(ByForce, folder, byDotnetRun: true, host => host.Signal(Signals.Kill), code: 137);

        (await File.ReadAllTextAsync(Path.Combine(folder, "logs", "postgres.log")))
            .ShouldContain("database system was shut down at", customMessage: "after Ctrl+C");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_death_of_the_control_plane_ends_the_AppHost_and_is_told()
    {
        var folder = Folders.New();
        await using (var host = new AppHostProcess(folder))
        {
            await host.Healthy();
            Signals.Send(host.Family().Single(one => one.Command.Contains("start-apiserver", StringComparison.Ordinal)).Id, Signals.Kill);

            (await host.ExitCode()).ShouldBe(1);
            host.Output.ShouldContain("control plane (dcp) has died");
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_start_that_is_interrupted_ends_in_order()
    {
        var folder = Folders.New();
        await using (var host = new AppHostProcess(folder))
        {
            await host.Says("Making an empty PostgreSQL");

            host.Signal(Signals.Term);

            (await host.ExitCode()).ShouldBe(0);
            host.Output.ShouldNotContain("   at ");
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task EndsWithin(TimeSpan limit, string folder, bool byDotnetRun, Action<AppHostProcess> end, int? code)
    {
        await using var host = new AppHostProcess(folder, byDotnetRun);
        await host.Healthy();
        host.Family().Count(one => one.Command.Contains("TradeFlow.", StringComparison.Ordinal))
            .ShouldBeGreaterThanOrEqualTo(3, "Api, Worker, simulators");
        var clock = Stopwatch.StartNew();

        end(host);

        if (code is { } expected) (await host.ExitCode()).ShouldBe(expected);
        await Eventually.True(() => host.Family().Count == 0, AppHostProcess.Patience, () => string.Join('\n', host.Family()));
        clock.Elapsed.ShouldBeLessThan(limit);
    }
}
