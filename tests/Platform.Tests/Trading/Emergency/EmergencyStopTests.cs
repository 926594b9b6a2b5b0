using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading.Emergency;

/// <summary>The emergency stop over the real Api, with a scripted broker behind real lanes.</summary>
public sealed class EmergencyStopTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Everything_is_switched_off_canceled_and_closed_what_was_opened_by_hand_too()
    {
        await using var rig = await StopRig.StartAsync(api);
        var first = await rig.HeldAccountAsync(broker => broker.OpenByHand("EURUSD", Side.Buy, 1));
        var second = await rig.HeldAccountAsync();
        await rig.Worker.RunAsync(first, Intents.Open(0.5m, symbol: "GBPUSD"));
        await rig.Worker.RunAsync(second, Intents.Open());
        await rig.Worker.RunAsync(second, Intents.Open() with { Type = TradeType.Limit, Price = 1.07m });

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue(answer.Json.ToString());
        answer.Json.GetProperty("positions_closed").GetInt32().ShouldBe(3);
        answer.Json.GetProperty("orders_canceled").GetInt32().ShouldBe(1);
        answer.Json.GetProperty("accounts_disabled").GetInt32().ShouldBe(2);
        answer.Json.GetProperty("errors").GetArrayLength().ShouldBe(0);
        answer.Json.GetProperty("total_pnl").GetDecimal()
            .ShouldBe((0.0098m * 100_000) - 1 - (0.0002m * 50_000) - 1 - (0.0002m * 100_000) - 1);
        rig.Broker(first).Positions.ShouldBeEmpty();
        rig.Broker(second).Positions.ShouldBeEmpty();
        (await rig.Person.GetAsync("/api/positions")).Json.GetArrayLength().ShouldBe(0);
        (await rig.NoticesAsync()).ShouldContain("Emergency stop executed. 3 positions closed. Re-enable accounts to resume trading.");
        (await rig.Worker.RunAsync(first, Intents.Open())).RejectCode.ShouldBe("account.disabled");
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where tenant_id = '{rig.Person.TenantId}' and action = 'emergency_stop.executed' and actor = '{rig.Person.UserId}'"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Resuming_switches_on_what_the_stop_switched_off_and_nothing_else()
    {
        await using var rig = await StopRig.StartAsync(api);
        var on = await rig.HeldAccountAsync();
        var off = await rig.AccountAsync(enabled: false);
        var offSince = await rig.HeldAccountAsync();
        (await rig.StopAsync()).Json.GetProperty("accounts_disabled").GetInt32().ShouldBe(2);
        // A person switches one of them off on their own account, while the stop keeps it off.
        (await rig.Person.PatchAsync($"/api/accounts/{offSince.Id}", new { enabled = false })).Status.ShouldBe(HttpStatusCode.OK);
        var state = (await rig.StateAsync()).Json;
        state.GetProperty("active").GetBoolean().ShouldBeTrue();
        state.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("account_id").GetGuid())
            .ShouldBe([on.Id.Value]);

        var resumed = await rig.Person.PostAsync("/api/user/emergency_stop/resume");

        resumed.Json.GetProperty("accounts_enabled").GetInt32().ShouldBe(1);
        (await rig.IsEnabledAsync(on)).ShouldBeTrue();
        (await rig.IsEnabledAsync(off)).ShouldBeFalse();
        (await rig.IsEnabledAsync(offSince)).ShouldBeFalse();
        (await rig.StateAsync()).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        (await rig.Worker.AnswerAsync(await rig.Worker.SendAsync(on, Intents.Open(), stopEpoch: 1))).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task One_account_is_stopped_and_the_others_trade_on()
    {
        await using var rig = await StopRig.StartAsync(api);
        var stopped = await rig.HeldAccountAsync();
        var other = await rig.HeldAccountAsync();
        await rig.Worker.RunAsync(stopped, Intents.Open());
        await rig.Worker.RunAsync(other, Intents.Open());

        var answer = await rig.StopAsync(new { account_id = stopped.Id.Value });

        answer.Json.GetProperty("positions_closed").GetInt32().ShouldBe(1);
        answer.Json.GetProperty("accounts_disabled").GetInt32().ShouldBe(1);
        rig.Broker(other).Positions.Count.ShouldBe(1);
        (await rig.Worker.RunAsync(other, Intents.Open())).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task A_close_that_the_broker_refuses_is_named_and_tried_again_until_it_is_closed()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(broker => broker.OpenByHand("EURUSD", Side.Buy, 1));
        await rig.BooksShowAsync(1);
        // The first close and the one that follows it after 5 s.
        rig.Broker(account).Next(Move.Reject, Move.Reject);
        var position = (await rig.Person.GetAsync("/api/positions")).Json[0].GetProperty("id").GetString()!;

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        var error = answer.Json.GetProperty("errors")[0].GetString()!;
        error.ShouldContain(position);
        error.ShouldContain("Not enough margin.");
        (await rig.StateAsync()).Json.GetProperty("accounts")[0].GetProperty("state").GetString().ShouldBe("closing");
        (await rig.NoticesAsync()).ShouldBeEmpty();
        await Eventually.True(() => rig.Broker(account).Positions.Count == 0, TimeSpan.FromSeconds(15), "the position is closed");
        await Eventually.True(async () => (await rig.NoticesAsync()).Contains(
            "Emergency stop executed. 1 positions closed. Re-enable accounts to resume trading."), TimeSpan.FromSeconds(10), "it is told");
        // The stop has words of its own for closes that failed.
        var untold = $"select count(*) from trading.orders where account_id = '{account.Id}' and status = 'REJECTED' and not told";
        (await rig.Worker.ScalarAsync<long>(untold)).ShouldBeGreaterThan(0);
        (await rig.Worker.ScalarAsync<long>("select count(*) from trading.take_untold('0 s', '0 s')")).ShouldBe(0);
    }

    [Fact]
    public async Task Positions_of_an_account_close_side_by_side_the_answer_waits_for_them_and_the_sockets_hear_each_step()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(OpenThree);
        await rig.BooksShowAsync(3);
        rig.Broker(account).Latency = TimeSpan.FromSeconds(1.5);
        var steps = new ConcurrentQueue<(long Open, long Closed, bool Done)>();
        using var listening = rig.Worker.Get<RedisBus>().Subscribe(Topics.Live(account.Tenant), message =>
        {
            if (LiveMessage.Read(message) is not { } live) return;
            using var told = JsonDocument.Parse(live.Json);
            var step = told.RootElement;
            if (step.GetProperty("type").GetString() != "emergency_stop") return;
            var (open, closed) = (step.GetProperty("positions_open").GetInt64(), step.GetProperty("positions_closed").GetInt64());
            steps.Enqueue((open, closed, step.GetProperty("done").GetBoolean()));
        });
        var watch = Stopwatch.StartNew();

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue(answer.Json.ToString());
        answer.Json.GetProperty("positions_closed").GetInt32().ShouldBe(3);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        var spans = rig.Broker(account).Spans.ToList();
        spans.Count.ShouldBe(3);
        var lastSent = spans.Max(span => span.Begun);
        lastSent.ShouldBeLessThan(spans.Min(span => span.Ended), "the last close was sent before the first was answered");
        rig.Broker(account).Ledger.Distinct().Count().ShouldBe(3);
        await Eventually.True(() => steps.Any(step => step.Done), TimeSpan.FromSeconds(5), "the end is told");
        steps.First().ShouldBe((3, 0, false));
        steps.Last().ShouldBe((0, 3, true));
    }

    [Fact]
    public async Task A_slow_broker_is_waited_for_as_long_as_it_goes_on_closing()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(broker =>
        {
            broker.OneAtATime = true;
            OpenThree(broker);
        });
        await rig.BooksShowAsync(3);
        // Nine seconds in all, as its own limit lets one through after the other.
        rig.Broker(account).Latency = TimeSpan.FromSeconds(3);

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue(answer.Json.ToString());
        answer.Json.GetProperty("positions_closed").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task An_entry_of_unknown_outcome_keeps_the_stop_armed_until_it_is_settled_and_closed()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(broker =>
        {
            broker.HidesOrders = true;
            broker.ConclusiveAbsence = false;
            broker.Bend = state => state with { Positions = [] };
            broker.Next(Move.LoseAnswer);
        });
        var order = await rig.Worker.SendAsync(account, Intents.Open());
        await rig.Worker.StatusAsync(order, "UNKNOWN");

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.Json.GetProperty("errors")[0].GetString()!.ShouldContain(order.ToString());
        rig.Broker(account).Positions.Count.ShouldBe(1);
        // The broker shows what it has done.
        rig.Broker(account).Bend = null;
        rig.Broker(account).HidesOrders = false;
        await Eventually.True(() => rig.Broker(account).Positions.Count == 0, TimeSpan.FromSeconds(30), "it is closed");
        await Eventually.True(async () => (await rig.StateAsync()).Json.GetProperty("is_flat").GetBoolean(), TimeSpan.FromSeconds(20),
            "the stop is through");
    }

    [Fact]
    public async Task A_stop_survives_the_worker_the_next_one_goes_on()
    {
        await using var rig = await StopRig.StartAsync(api, run: false);
        var account = await rig.AccountAsync(broker => broker.OpenByHand("EURUSD", Side.Buy, 1));

        (await rig.StopAsync()).Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        rig.Broker(account).Ledger.ShouldBeEmpty();
        await rig.Worker.RunAsync();

        await Eventually.True(async () => (await rig.StateAsync()).Json.GetProperty("is_flat").GetBoolean(), TimeSpan.FromSeconds(30),
            "the stop is through");
        rig.Broker(account).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_account_that_is_switched_on_again_is_left_alone()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(broker =>
        {
            broker.OpenByHand("EURUSD", Side.Buy, 1);
            broker.Next([.. Enumerable.Repeat(Move.Reject, 20)]);
        });
        await rig.StopAsync();

        (await rig.Person.PatchAsync($"/api/accounts/{account.Id}", new { enabled = true })).Status.ShouldBe(HttpStatusCode.OK);

        await Eventually.True(async () =>
            await api.ScalarAsync<string>($"select state from trading.stopped_accounts where account_id = '{account.Id}'") == "resumed",
            TimeSpan.FromSeconds(20), "the stop has ended");
        rig.Broker(account).Positions.Count.ShouldBe(1);
        (await rig.StateAsync()).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task After_ten_minutes_a_person_is_told_and_nothing_more_is_sent()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync(broker =>
        {
            broker.OpenByHand("EURUSD", Side.Buy, 1);
            broker.Next([.. Enumerable.Repeat(Move.Reject, 20)]);
        });
        await rig.StopAsync();
        await rig.Worker.SqlAsync($"update trading.stopped_accounts set armed_at = armed_at - interval '11 minutes', next_try_at = now() + interval '1 minute' where account_id = '{account.Id}'");

        await Eventually.True(async () => (await rig.NoticesAsync()).Any(
            text => text.Contains("is not flat after 10 minutes", StringComparison.Ordinal)), TimeSpan.FromSeconds(15), "a person is told");

        (await rig.StateAsync()).Json.GetProperty("accounts")[0].GetProperty("state").GetString().ShouldBe("not_flat");
    }

    [Fact]
    public async Task A_stop_works_while_redis_is_away()
    {
        await using var rig = await StopRig.StartAsync(api, settings: new() { ["ConnectionStrings:redis"] = "127.0.0.1:1" },
            awaitRedis: false);
        var account = await rig.HeldAccountAsync(broker => broker.OpenByHand("EURUSD", Side.Buy, 1));

        (await rig.StopAsync()).Json.GetProperty("success").GetBoolean().ShouldBeTrue();

        rig.Broker(account).Positions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_stops_at_once_close_everything_once()
    {
        await using var rig = await StopRig.StartAsync(api);
        var account = await rig.HeldAccountAsync();
        await rig.Worker.RunAsync(account, Intents.Open());

        var answers = await Task.WhenAll(rig.StopAsync(), rig.StopAsync());

        answers.ShouldAllBe(answer => answer.Json.GetProperty("success").GetBoolean());
        answers.Sum(answer => answer.Json.GetProperty("accounts_disabled").GetInt32()).ShouldBe(1);
        // the entry and one close
        rig.Broker(account).Ledger.Count(command => !command.StartsWith("cancel", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_to_stop_is_a_stop_all_the_same()
    {
        await using var rig = await StopRig.StartAsync(api, run: false);

        var answer = await rig.StopAsync();

        answer.Json.GetProperty("success").GetBoolean().ShouldBeTrue();
        answer.Json.GetProperty("total_pnl").GetDecimal().ShouldBe(0);
        (await rig.NoticesAsync()).ShouldBe(["Emergency stop executed. 0 positions closed. Re-enable accounts to resume trading."]);
    }

    [Fact]
    public async Task A_viewer_cannot_stop_and_a_strangers_account_does_not_exist()
    {
        await using var rig = await StopRig.StartAsync(api, run: false);
        var account = await rig.AccountAsync();
        var viewer = await rig.Person.InviteAsync(api, "viewer");
        var stranger = await Person.SignUpAsync(api);

        (await viewer.PostAsync("/api/user/emergency_stop")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.PostAsync("/api/user/emergency_stop", new { account_id = account.Id.Value })).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await stranger.PostAsync("/api/user/emergency_stop/resume", new { account_id = account.Id.Value })).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await rig.IsEnabledAsync(account)).ShouldBeTrue();
    }

    private static void OpenThree(ScriptedAccount broker)
    {
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        broker.OpenByHand("GBPUSD", Side.Buy, 1);
        broker.OpenByHand("USDJPY", Side.Buy, 1, 150);
    }
}
