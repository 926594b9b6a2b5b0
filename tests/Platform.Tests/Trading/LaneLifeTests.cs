using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// Whatever a connector throws, and wherever: the order that met it ends honestly, and the lane goes on with the next entry and the next
/// exit.
/// </summary>
public sealed class LaneLifeTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task What_a_connector_throws_before_an_entry_is_claimed_ends_the_entry_alone()
    {
        await using var rig = await TradingRig.StartAsync(platform);

        await EachAsync(["session", "instruments", "quote"], async (call, fault) =>
        {
            var account = await AccountAsync(rig, call, fault);

            var met = await rig.AnswerAsync(await rig.SendAsync(account, WithStop()), 40);

            met.Status.ShouldBe("REJECTED", call);
            met.RejectReason.ShouldNotBeNullOrWhiteSpace(call);
            met.RejectCode.ShouldBeOneOf(OrderCodes.Failed, OrderCodes.BrokerUnreachable);
            rig.Broker.Of(account.Id).Placed.ShouldBeEmpty(call);
            await GoesOnAsync(rig, account, call);
        });
    }

    [Fact]
    public async Task What_a_connector_throws_before_an_exit_is_claimed_is_tried_again_and_ends_the_exit_alone()
    {
        await using var rig = await TradingRig.StartAsync(platform);

        await EachAsync(["session", "instruments", "state"], async (call, fault) =>
        {
            var account = await AccountAsync(rig);
            (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
            Arm(rig, account, call, fault);

            var met = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(), validFor: TimeSpan.FromSeconds(2)), 40);

            met.Status.ShouldBe("REJECTED", call);
            met.RejectCode.ShouldBeOneOf(OrderCodes.Failed, OrderCodes.BrokerUnreachable);
            rig.Broker.Of(account.Id).Closed.ShouldBeEmpty(call);
            rig.Broker.Of(account.Id).FaultIn = null;
            (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close()), 40)).Status.ShouldBe("FILLED", call);
            await GoesOnAsync(rig, account, call);
        });
    }

    [Fact]
    public async Task What_a_connector_throws_in_a_command_is_unknown_and_settled_by_evidence()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        await EachAsync(["place", "close"], async (call, fault) =>
        {
            var account = await AccountAsync(rig);
            if (call == "close") (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
            Arm(rig, account, call, fault);

            var order = await rig.SendAsync(account, call == "close" ? Intents.Close() : Intents.Open());

            await Eventually.True(async () => (await rig.RowAsync(order)).AnsweredAt is not null, Long,
                $"{fault} in {call} has an outcome");
            (await KindsAsync(rig, order)).ShouldContain("unknown");
            rig.Broker.Of(account.Id).FaultIn = null;
            await rig.StatusAsync(order, "REJECTED", 40);
            (await rig.RowAsync(order)).RejectCode.ShouldBe(OrderCodes.NotPlaced);
            await GoesOnAsync(rig, account, call);
        });
    }

    [Fact]
    public async Task What_a_connector_throws_in_a_reading_or_a_look_up_ends_neither_for_good()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        await EachAsync(["state", "find"], async (call, fault) =>
        {
            var account = await AccountAsync(rig, call, fault);
            rig.Broker.Of(account.Id).Next(Move.LoseAnswer);

            var lost = await rig.SendAsync(account, Intents.Open());
            await rig.StatusAsync(lost, "UNKNOWN");
            await MetAgainAsync(rig, account, call);
            rig.Broker.Of(account.Id).FaultIn = null;

            await rig.StatusAsync(lost, "FILLED", 40);
            await Eventually.True(async () => await OpenAsync(rig, account) == 1, Long,
                $"the account is read again after {fault} in {call}");
            await GoesOnAsync(rig, account, call);
        });
    }

    [Fact]
    public async Task A_stream_that_breaks_in_whatever_way_is_begun_again()
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        await using var rig = await TradingRig.StartAsync(platform, broker);
        await EachAsync(["stream"], async (call, fault) =>
        {
            var account = await AccountAsync(rig, call, fault);

            await MetAgainAsync(rig, account, call);
            broker.Of(account.Id).FaultIn = null;
            broker.Of(account.Id).OpenByHand("GBPUSD", BrokerSdk.Side.Buy, 1);

            await Eventually.True(async () => await OpenAsync(rig, account) == 1, Long, $"the account is read again after {fault}");
            await GoesOnAsync(rig, account, call);
        });
    }

    [Fact]
    public async Task An_order_that_this_version_cannot_read_ends_and_the_lane_goes_on()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var entry = await rig.SendAsync(account, Intents.Open(symbol: "GBPUSD"));
        var exit = await rig.SendAsync(account, Intents.Close());
        const string newer = """{"action":"Hedge","symbol":"EURUSD"}""";
        await rig.SqlAsync($"update trading.orders set intent = '{newer}' where id in ('{entry}', '{exit}')");

        await rig.RunAsync();

        foreach (var order in new[] { entry, exit })
        {
            await rig.StatusAsync(order, "REJECTED");
            (await rig.RowAsync(order)).RejectCode.ShouldBe(OrderCodes.Failed);
        }
        rig.Broker.Of(account.Id).Placed.ShouldBeEmpty();
        await GoesOnAsync(rig, account, "unreadable");
    }

    [Theory]
    [InlineData("The words\u0000have a NUL")]
    [InlineData("The words have half a pair \ud83d")]
    public async Task Words_that_no_row_takes_do_not_keep_an_order_in_the_lane(string words)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        rig.Broker.Of(account.Id).BendInstrument = instrument => instrument with { IsTradable = false, NotTradableReason = words };

        var answer = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open()));

        answer.Status.ShouldBe("REJECTED");
        answer.RejectReason!.ShouldStartWith("The words have");
        rig.Broker.Of(account.Id).BendInstrument = null;
        await GoesOnAsync(rig, account, "words");
    }

    [Fact]
    public async Task A_loop_that_fails_again_and_again_is_named_and_its_account_told_once()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig, "state", nameof(NullReferenceException));

        await Eventually.True(() => rig.Get<LaneWatch>().Stalled.Count > 0, TimeSpan.FromSeconds(20), "it has stalled");
        await Eventually.True(async () => await NoticesAsync(rig, account) > 0, TimeSpan.FromSeconds(20), "the account is told");

        rig.Get<LaneWatch>().Stalled.ShouldBe([$"lane.sync of account {account.Id}"]);
        var met = rig.Broker.Of(account.Id).Met["state"];
        await Eventually.True(() => rig.Broker.Of(account.Id).Met["state"] >= met + 2, TimeSpan.FromSeconds(20), "it goes on trying");
        (await NoticesAsync(rig, account)).ShouldBe(1);
        var text = await rig.ScalarAsync<string>($"""
            select severity || ': ' || text from live.notifications where tenant_id = '{account.Tenant}' and kind = 'account.stalled'
            """);
        text.ShouldStartWith("critical: Your account Test (scripted) is not served properly");
        rig.Broker.Of(account.Id).FaultIn = null;
        await GoesOnAsync(rig, account, "stalled");
    }

    [Fact]
    public async Task The_lane_of_an_account_that_is_gone_is_forgotten()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var stays = await AccountAsync(rig);

        await rig.SqlAsync($"update accounts.accounts set deleted_at = now() where id = '{account.Id}'");
        rig.Get<RedisBus>().Publish(Topics.AccountChanged, account.Id.ToString());

        await Eventually.True(() => rig.Host.LaneOf(account.Id) is null, TimeSpan.FromSeconds(20), "the lane is forgotten");
        rig.Host.Holds(stays.Id.Value).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_lane_remembers_of_orders_goes_with_them()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.Next(Move.NotSent, Move.NotSent, Move.LoseAnswer);
        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("REJECTED");
        var lost = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(lost, "FILLED", 20);
        // A person, a stop or the sync may end an order behind the lane's back.
        broker.Next(Move.LoseRequest);
        broker.ConclusiveAbsence = false;
        var unknown = await rig.SendAsync(account, Intents.Open(symbol: "GBPUSD"));
        await rig.StatusAsync(unknown, "UNKNOWN");
        await Eventually.True(() => rig.Host.LaneOf(account.Id)!.Remembered > 0, TimeSpan.FromSeconds(10), "it is looked for");
        await rig.SqlAsync($"update trading.orders set status = 'REJECTED' where id = '{unknown}'");

        await GoesOnAsync(rig, account, "remembers");

        await Eventually.True(() => rig.Host.LaneOf(account.Id)!.Remembered == 0, TimeSpan.FromSeconds(20), "nothing is remembered");
    }

    private static Task EachAsync(string[] calls, Func<string, string, Task> run) =>
        Task.WhenAll(calls.SelectMany(call => AnyFault.Names.Select(async fault =>
        {
            try
            {
                await run(call, fault);
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"{fault} in {call}: {e.Message}", e);
            }
        })));

    private static async Task<int> OpenAsync(TradingRig rig, TestAccount account) =>
        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count;

    private static TradeIntent WithStop() => Intents.Open() with { StopLoss = new PriceRule(PriceMode.Price, 1.0850m) };

    private static async Task<TestAccount> AccountAsync(TradingRig rig, string? call = null, string fault = "")
    {
        var account = await rig.AccountAsync(broker => broker.FaultIn = call is null
            ? null : met => met == call ? AnyFault.Of(fault)
            : null);
        await rig.HoldsAsync(account);
        return account;
    }

    private static void Arm(TradingRig rig, TestAccount account, string call, string fault) =>
        rig.Broker.Of(account.Id).FaultIn = met => met == call ? AnyFault.Of(fault) : null;

    private static async Task MetAgainAsync(TradingRig rig, TestAccount account, string call)
    {
        var met = rig.Broker.Of(account.Id).Met;
        await Eventually.True(() => met.GetValueOrDefault(call) >= 3, Long, $"{call} is tried again");
    }

    // The next signal of the account is executed, and so is its exit.
    private static async Task GoesOnAsync(TradingRig rig, TestAccount account, string what)
    {
        var broker = rig.Broker.Of(account.Id);
        broker.FaultIn = null;
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED", what);
        (await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(symbol: "USDJPY")), 40)).Status.ShouldBe("FILLED", what);
        broker.Ledger.Distinct().Count().ShouldBe(broker.Ledger.Count, $"{what}: nothing is sent twice");
    }

    private static Task<long> NoticesAsync(TradingRig rig, TestAccount account) =>
        rig.ScalarAsync<long>($"select count(*) from live.notifications where tenant_id = '{account.Tenant}' and kind = 'account.stalled'");

    private static async Task<string[]> KindsAsync(TradingRig rig, OrderId order) =>
        await rig.ScalarAsync<string[]>($"select array_agg(kind order by id) from trading.order_events where order_id = '{order}'");
}
