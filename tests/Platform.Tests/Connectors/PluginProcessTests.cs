using System.Diagnostics;
using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Connectors.Plugins.Processes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A plugin that tries what it must not reach, and one that trades beside it.</summary>
public sealed class PluginProcessTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_plugin_finds_nothing_of_the_worker_and_reaches_nothing_outside_of_its_folder()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Elsewhere only memory and environment are its own.");
        var secret = Guid.NewGuid().ToString("N");
        var file = Path.Combine(Path.GetTempPath(), $"tradeflow-{secret}");
        await File.WriteAllTextAsync(file, secret);
        Environment.SetEnvironmentVariable("TRADEFLOW_TEST_SECRET", secret);
        try
        {
            await using var rig = await StartAsync();
            var session = await OpenAsync(rig, "evil");
            var address = new Npgsql.NpgsqlConnectionStringBuilder(fixture.OwnerConnection);

            var environment = await DoAsync(session, "environment");
            environment.ShouldContain("HOME=");
            environment.ShouldNotContain(secret);
            environment.ShouldNotContain("ConnectionStrings", Case.Insensitive);
            environment.ShouldNotContain("Secrets", Case.Insensitive);
            environment.ShouldNotContain("PASSWORD", Case.Insensitive);
            await SkipUnlessSealedAsync(rig);
            // Its own process is all that it sees: there is no number by which it could ask for the memory or the environment of another.
            (await DoAsync(session, "processes")).ShouldBe("1");
            (await DoAsync(session, $"read /proc/{Environment.ProcessId}/environ")).ShouldContain("NotFound");
            (await DoAsync(session, $"read /proc/{Environment.ProcessId}/mem")).ShouldContain("NotFound");
            (await DoAsync(session, $"kill {Environment.ProcessId}")).ShouldStartWith("ArgumentException");
            (await DoAsync(session, $"read {file}")).ShouldContain("NotFound");
            (await DoAsync(session, "write /evil")).ShouldNotContain("It was written.");
            (await DoAsync(session, $"write {Path.Combine(AppContext.BaseDirectory, "evil.txt")}")).ShouldNotContain("It was written.");
            (await DoAsync(session, $"list {fixture.Configuration["Plugins:Directories:0"] ?? "/home"}")).ShouldContain("NotFound");
            (await DoAsync(session, $"connect {address.Host}:{address.Port}")).ShouldStartWith("SocketException");
            (await DoAsync(session, "write /tmp/own")).ShouldBe("It was written.", "a temporary folder is its own");
            File.Exists("/tmp/own").ShouldBeFalse("and nobody else's");
            (await File.ReadAllTextAsync(file)).ShouldBe(secret);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRADEFLOW_TEST_SECRET", null);
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_plugin_gets_no_more_memory_processes_or_disk_than_it_was_given()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Elsewhere only the memory that the runtime counts is limited.");
        await using var rig = await StartAsync();
        await SkipUnlessSealedAsync(rig);
        var session = await OpenAsync(rig, "evil");

        Number(await DoAsync(session, "fork")).ShouldBeLessThan(256);
        Number(await DoAsync(session, "fill")).ShouldBeLessThan(65);
        Number(await DoAsync(session, "allocate")).ShouldBeLessThan(513);
        (await DoAsync(session, "take")).ShouldNotContain("2 GB");
        (await BesideAsync(rig)).ShouldBeOfType<OrderOutcome.Accepted>();

        static int Number(string words) => int.Parse(words.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("overflows")]
    [InlineData("exits")]
    [InlineData("answers at length")]
    [InlineData("writes on the line")]
    [Trait("Control", "P2")]
    public async Task An_order_in_a_plugin_that_ends_with_its_process_is_unknown_and_the_others_trade_on(string how)
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add(broker: "evil").Account;
        var session = await rig.SessionAsync(account, default);
        var beside = await OpenAsync(rig, "sample");

        var outcome = await session.Connector.PlaceAsync(Order(how), default);

        outcome.ShouldBeOfType<OrderOutcome.Unknown>().Cause.ShouldContain("Evil ended while the order may have been on its way");
        (await beside.Connector.PlaceAsync(Order("fine"), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        (await session.Connector.PlaceAsync(Order("late"), default)).ShouldBeOfType<OrderOutcome.NotSent>("its session has ended");
        var next = await Eventually.Value(() => TryOpenAsync(rig, account), Soon, "another process is started");
        next.ShouldNotBe(session);
        (await next.Connector.PlaceAsync(Order("fine"), default)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_plugin_that_hangs_or_asks_without_end_holds_up_itself_alone()
    {
        await using var rig = await StartAsync();
        var session = await OpenAsync(rig, "evil");

        var hanging = session.Connector.PlaceAsync(Order("hangs"), default);
        var asking = session.Connector.PlaceAsync(Order("asks without end"), default);
        (await BesideAsync(rig)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await hanging).ShouldBeOfType<OrderOutcome.Unknown>();
        // What asks 600 MB at once may run out of its own memory.
        var outcome = await asking;
        (outcome is OrderOutcome.Accepted or OrderOutcome.Unknown).ShouldBeTrue($"it was {outcome}");
        (await BesideAsync(rig)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task A_process_that_is_killed_again_and_again_is_started_later_and_later_and_its_orders_are_never_refused()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add(broker: "evil").Account;
        List<OrderOutcome> outcomes = [];
        ConnectorException? waiting = null;

        await Eventually.True(async () =>
        {
            try
            {
                var session = await rig.SessionAsync(account, default);
                var order = session.Connector.PlaceAsync(Order("hangs"), default);
                if (rig.Plugins.Find("evil")!.Process is { } process) Kill(process);
                outcomes.Add(await order);
            }
            catch (ConnectorException e)
            {
                waiting = e;
            }
            return outcomes.Count > 1 && waiting?.RetryAfter > TimeSpan.Zero;
        }, Soon, "after more than one end it is waited for");

        waiting!.Kind.ShouldBe(ConnectorErrorKind.Transient); // it was waited for
        outcomes.ShouldAllBe(outcome => outcome is OrderOutcome.Unknown || outcome is OrderOutcome.NotSent);

        static void Kill(int process)
        {
            try
            {
                Process.GetProcessById(process).Kill();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }
    }

    [Theory]
    [InlineData("Separate")]
    [InlineData("OwnUser")]
    [InlineData("Sealed")]
    [Trait("Control", "P2")]
    public async Task Each_way_to_keep_a_process_apart_starts_it(string level)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Skip("Only root on Linux has all of them.");
        await using var rig = await WorkerRig.StartAsync(fixture);

        (await rig.Worker<ProcessStarter>().ProblemAsync(Enum.Parse<ConfinementLevel>(level), default)).ShouldBeNull();
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task An_order_goes_out_through_the_worker_within_its_command_and_not_after_it()
    {
        using var server = new RawServer();
        await using var rig = await StartAsync(new() { ["Brokers:evil:ApiUrl"] = server.Address.ToString() });
        var session = await OpenAsync(rig, "evil");

        (await session.Connector.PlaceAsync(Order("sends"), default)).ShouldBeOfType<OrderOutcome.Accepted>();
        var sent = server.Requests.ShouldHaveSingleItem();
        sent.ShouldStartWith("POST /orders");
        server.Headers.ShouldContain("X-Own: yes");
        server.Bodies.ShouldHaveSingleItem().ShouldBe("an order");
        (await session.Connector.PlaceAsync(Order("sends later"), default)).ShouldBeOfType<OrderOutcome.Accepted>();

        (await DoAsync(session, "send now")).ShouldBe("It was sent outside of a command of the platform.");
        server.Requests.ShouldHaveSingleItem();
    }

    private Task<WorkerRig> StartAsync(Dictionary<string, string?>? more = null) => WorkerRig.StartAsync(fixture, folders =>
    {
        folders.Drop("Evil", "Evil");
        folders.Drop("Good", "Sample");
    }, settings: new(more ?? []) { ["Plugins:Processes"] = "All", ["Connectors:Deadlines:OrderSeconds"] = "5" });

    private static async Task SkipUnlessSealedAsync(WorkerRig rig)
    {
        var level = await rig.Worker<ProcessStarter>().LevelAsync();
        if (level != ConfinementLevel.Sealed)
            Assert.Skip($"This machine keeps a plugin apart as {level} only: files, processes and network are not its own.");
    }

    private static async Task<AccountSession> OpenAsync(WorkerRig rig, string broker) =>
        await rig.SessionAsync(rig.Accounts.Add(broker: broker).Account, default);

    private static async Task<AccountSession?> TryOpenAsync(WorkerRig rig, AccountId account)
    {
        try
        {
            return await rig.SessionAsync(account, default);
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    private static async Task<OrderOutcome> BesideAsync(WorkerRig rig) =>
        await (await OpenAsync(rig, "sample")).Connector.PlaceAsync(Order("fine"), default);

    private static async Task<string> DoAsync(AccountSession session, string deed) =>
        (await Should.ThrowAsync<ConnectorException>(() => session.Connector.GetQuoteAsync(deed, default))).Message;

    private static PlaceOrder Order(string id) =>
        new() { ClientOrderId = id, Instrument = AnsweringConnector.Sound, Side = Side.Buy, Type = OrderType.Market, Quantity = 1 };
}
