using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A command whose order was given up, or whose lane has gone to another worker, is not handed out to a terminal.</summary>
public sealed class AgentPermitTests(AgentRig rig) : IClassFixture<AgentRig>
{
    private const string Intent = """{"action":"Open","side":"Buy","symbol":"EURUSD","qty":1}""";

    [Fact]
    public async Task A_command_that_was_given_up_is_taken_back_whatever_the_connector_waits_for()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        Task<AgentAnswer> sending;
        using (Give())
        {
            sending = Mailbox(owner).SendAsync(Command("tfgone"), CancellationToken.None);
            await QueuedAsync(owner, "queued");
        }

        (await sending.WaitAsync(TimeSpan.FromSeconds(5))).ShouldBeOfType<AgentAnswer.NotDelivered>();

        await HandsOutNothingAsync(owner);
    }

    [Fact]
    public async Task A_command_outside_of_an_order_or_of_a_lane_that_is_lost_is_not_queued()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();

        (await Mailbox(owner).SendAsync(Command("tfnone"), default))
            .ShouldBeOfType<AgentAnswer.NotDelivered>().Why.ShouldContain("outside of a command");
        using (Give(held: () => false))
            (await Mailbox(owner).SendAsync(Command("tflost"), default))
                .ShouldBeOfType<AgentAnswer.NotDelivered>().Why.ShouldContain("Another worker");

        await HandsOutNothingAsync(owner);
    }

    [Fact]
    public async Task A_lane_that_is_lost_while_the_command_waits_takes_it_back()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        var held = true;
        using var permit = Give(held: () => held);
        var sending = Mailbox(owner).SendAsync(Command("tfheld"), default);
        await QueuedAsync(owner, "queued");

        held = false;

        (await sending.WaitAsync(TimeSpan.FromSeconds(5))).ShouldBeOfType<AgentAnswer.NotDelivered>();
        await HandsOutNothingAsync(owner);
    }

    [Fact]
    public async Task A_worker_that_was_stopped_on_the_way_queues_nothing_once_the_time_is_over()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        // Its own clock has stood still: only the database knows better.
        using var permit = Give(databaseEnd: await rig.ScalarAsync<DateTime>("select clock_timestamp() - interval '1 second'"));

        (await Mailbox(owner).SendAsync(Command("tflate"), default)).ShouldBeOfType<AgentAnswer.NotDelivered>();

        (await rig.ScalarAsync<long>($"select count(*) {Of(owner)}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_terminal_may_begin_with_it_no_longer_than_the_order_lasts()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        var end = await rig.ScalarAsync<DateTime>("select clock_timestamp() + interval '2 seconds'");
        using var permit = Give(databaseEnd: end);

        var sending = Mailbox(owner).SendAsync(Command("tfshort") with { ValidFor = TimeSpan.FromMinutes(5) }, default);
        await QueuedAsync(owner, "queued");

        var expires = await rig.ScalarAsync<DateTime>($"select expires_at {Of(owner)}");
        expires.ShouldBe(end);
        permit.Dispose();
        await sending;
    }

    [Fact]
    public async Task The_worker_that_takes_a_lane_over_takes_back_what_no_terminal_has_fetched()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        using var permit = Give();
        var sending = Mailbox(owner).SendAsync(Command("tfdead"), default);
        await QueuedAsync(owner, "queued");

        await rig.ExecuteAsync($"""
            set role {Database.SystemRole};
            insert into trading.lanes (account_id, tenant_id, epoch) values ('{owner.Account}', '{owner.Person.TenantId}', 7)
                on conflict (account_id) do update set epoch = 7;
            select trading.enqueue_order('{Guid.NewGuid()}', '{owner.Person.TenantId}', '{owner.Account}', 'mt5', null, null, null,
                'tfdead', 'open',
                '{Intent}', 'EURUSD', 'BUY', 'MARKET', 1, null, 0, now(), now() + interval '30 seconds');
            update trading.orders set status = 'SENDING', epoch = 6, sent_at = now()
                where account_id = '{owner.Account}';
            select trading.take_over('{owner.Account}', 7);
            """);

        await QueuedAsync(owner, "withdrawn");
        await HandsOutNothingAsync(owner);
        permit.Dispose();
        (await sending).ShouldBeOfType<AgentAnswer.NotDelivered>();
    }

    private static string Of(TerminalOwner owner) => $"from connectors.agent_commands where account_id = '{owner.Account}'";

    private static SendPermit Give(Func<bool>? held = null, DateTime? databaseEnd = null) => SendPermit.Give(
        TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromMinutes(1), held, databaseEnd is { } end
            ? new DateTimeOffset(end)
            : null);

    private static AgentCommand Command(string id) =>
        new() { Id = id, Verb = "open", Symbol = "EURUSD.r", Side = Side.Buy, Quantity = 1, ValidFor = TimeSpan.FromMinutes(1) };

    private IAgentChannel Mailbox(TerminalOwner owner) =>
        rig.Mailboxes.Of(new TenantId(owner.Person.TenantId), new AccountId(owner.Account));

    private Task QueuedAsync(TerminalOwner owner, string status) => Eventually.True(
        async () => await rig.ScalarAsync<string>($"select status {Of(owner)}") == status,
        TimeSpan.FromSeconds(10), $"the command is {status}");

    private static async Task HandsOutNothingAsync(TerminalOwner owner)
    {
        await owner.Agent.BeatAsync();
        owner.Agent.LastCommands.ShouldBeEmpty();
        owner.Terminal.Executed.ShouldBeEmpty();
    }
}
