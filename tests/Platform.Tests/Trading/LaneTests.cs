using System.Diagnostics;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class LaneTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Orders_of_one_account_run_in_their_order_and_never_overlap()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.Latency = TimeSpan.FromMilliseconds(20);

        List<OrderId> sent = [];
        for (var at = 0; at < 10; at++) sent.Add(await rig.SendAsync(account, Intents.Open(symbol: at % 2 == 0 ? "EURUSD" : "GBPUSD")));
        foreach (var order in sent) (await rig.AnswerAsync(order)).Status.ShouldBe("FILLED");

        broker.Ledger.ShouldBe(sent.Select(ClientOrderId.For));
        var spans = broker.Spans.ToArray();
        foreach (var (before, after) in spans.Zip(spans.Skip(1))) after.Begun.ShouldBeGreaterThanOrEqualTo(before.Ended);
    }

    [Fact]
    public async Task Accounts_do_not_wait_for_each_other()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var slow = await AccountAsync(rig);
        var quick = await AccountAsync(rig);
        rig.Broker.Of(slow.Id).HoldSends = new TaskCompletionSource();

        var waiting = await rig.SendAsync(slow, Intents.Open());
        (await rig.RunAsync(quick, Intents.Open())).Status.ShouldBe("FILLED");

        (await rig.RowAsync(waiting)).Status.ShouldNotBe("FILLED");
        rig.Broker.Of(slow.Id).HoldSends!.SetResult();
        (await rig.AnswerAsync(waiting)).Status.ShouldBe("FILLED");
    }

    [Fact]
    public async Task Two_workers_on_one_queue_send_each_order_once()
    {
        var broker = new ScriptedBroker();
        await using var first = await TradingRig.StartAsync(platform, broker);
        await using var second = await TradingRig.StartAsync(platform, broker);
        var account = await first.AccountAsync();
        await Eventually.True(() => first.Host.Holds(account.Id.Value) || second.Host.Holds(account.Id.Value), TimeSpan.FromSeconds(10),
            "somebody holds the lane");

        var sent = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => first.SendAsync(account, Intents.Open())));
        foreach (var order in sent) await first.StatusAsync(order, "FILLED", 30);

        var ledger = broker.Of(account.Id).Ledger;
        ledger.Count.ShouldBe(40);
        ledger.Distinct().Count().ShouldBe(40);
        (first.Host.Holds(account.Id.Value) && second.Host.Holds(account.Id.Value)).ShouldBeFalse();
        (await first.TradesAsync(account)).ShouldBe(40);
    }

    [Fact]
    public async Task A_lane_goes_on_with_the_next_worker_after_a_graceful_end()
    {
        var broker = new ScriptedBroker();
        var first = await TradingRig.StartAsync(platform, broker);
        var account = await AccountAsync(first);
        await using var second = await TradingRig.StartAsync(platform, broker);
        broker.Of(account.Id).HoldSends = new TaskCompletionSource();
        var under = await first.SendAsync(account, Intents.Open());
        await Eventually.True(() => !broker.Of(account.Id).Placed.IsEmpty, TimeSpan.FromSeconds(5), "it is being sent");

        var ending = first.DisposeAsync().AsTask();
        var next = await second.SendAsync(account, Intents.Open());
        broker.Of(account.Id).HoldSends!.SetResult();
        await ending;

        await second.StatusAsync(under, "FILLED");
        await second.StatusAsync(next, "FILLED");
        broker.Of(account.Id).Ledger.ShouldBe([ClientOrderId.For(under), ClientOrderId.For(next)]);
    }

    [Fact]
    public async Task An_order_left_in_sending_by_a_dead_worker_that_reached_the_broker_is_found()
    {
        var broker = new ScriptedBroker();
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        var account = await rig.AccountAsync();
        var order = await rig.SendAsync(account, Intents.Open());
        await DieWhileSendingAsync(rig, account, order);
        await broker.Of(account.Id).PlaceAsync(new BrokerSdk.PlaceOrder
        {
            ClientOrderId = ClientOrderId.For(order), Instrument = broker.Instruments["EURUSD"], Side = BrokerSdk.Side.Buy,
            Type = BrokerSdk.OrderType.Market, Quantity = 1
        }, default);

        await rig.RunAsync();

        await rig.StatusAsync(order, "FILLED", 20);
        broker.Of(account.Id).Ledger.Count.ShouldBe(1);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_left_in_sending_that_never_arrived_is_not_sent_by_the_next_worker()
    {
        var broker = new ScriptedBroker();
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        var account = await rig.AccountAsync();
        var order = await rig.SendAsync(account, Intents.Open());
        await DieWhileSendingAsync(rig, account, order);

        await rig.RunAsync();

        await rig.StatusAsync(order, "UNKNOWN", 20);
        await rig.StatusAsync(order, "REJECTED", 30);
        (await rig.RowAsync(order)).RejectCode.ShouldBe(OrderCodes.NotPlaced);
        broker.Of(account.Id).Placed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_an_older_epoch_nothing_is_claimed()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var order = await rig.RowAsync(await rig.SendAsync(account, Intents.Open()));
        var (zombie, living) = (await rig.EpochAsync(account), await rig.EpochAsync(account));

        (await rig.Get<OrderClaims>().ClaimAsync(order, zombie, new ResolvedOrder())).Claim.ShouldBe(Claim.Fenced);
        (await rig.Get<OrderClaims>().ClaimAsync(order, living, new ResolvedOrder())).Claim.ShouldBe(Claim.Claimed);
        (await rig.Get<OrderClaims>().ClaimAsync(order, living, new ResolvedOrder())).Claim.ShouldBe(Claim.Gone);
    }

    [Fact]
    public async Task A_row_that_somebody_holds_keeps_back_its_own_order_and_no_other()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var (held, free) = (await rig.AccountAsync(), await rig.AccountAsync());
        var waits = await rig.RowAsync(await rig.SendAsync(held, Intents.Open()));
        var goes = await rig.RowAsync(await rig.SendAsync(free, Intents.Open()));
        var (ofHeld, ofFree) = (await rig.EpochAsync(held), await rig.EpochAsync(free));
        var (claims, settlements) = (rig.Get<OrderClaims>(), rig.Get<OrderSettlements>());
        var numbers = new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "BUY", Qty = 1 };
        var filled = new Settlement("FILLED") { Filled = 1, AvgPrice = 1.1m, Taken = true };

        await BehindAsync($"select 1 from accounts.accounts where id = '{held.Id}' for update",
            () => claims.ClaimAsync(waits, ofHeld, numbers), () => claims.ClaimAsync(goes, ofFree, numbers),
            answer => answer.Claim.ShouldBe(Claim.Claimed));
        await BehindAsync($"select trading.lock_positions('{held.Id}')",
            () => settlements.SettleAsync(waits.Id, filled), () => settlements.SettleAsync(goes.Id, filled),
            answer => answer.Changed.ShouldBeTrue());

        async Task BehindAsync<T>(string hold, Func<Task<T>> held, Func<Task<T>> free, Action<T> isRight)
        {
            await using var connection = await platform.Database.System.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var command = new Npgsql.NpgsqlCommand(hold, connection)) await command.ExecuteNonQueryAsync();

            var first = held();
            isRight(await free());
            first.IsCompleted.ShouldBeFalse();
            await transaction.RollbackAsync();
            isRight(await first);
        }
    }

    [Fact]
    public async Task Lanes_at_rest_are_not_written()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var accounts = new[] { await AccountAsync(rig), await AccountAsync(rig), await AccountAsync(rig) };
        var lanes = "select string_agg(xmin::text, ',' order by account_id) from trading.lanes " +
            $"where account_id in ({string.Join(',', accounts.Select(account => $"'{account.Id}'"))})";
        var (before, began) = (await rig.ScalarAsync<string>(lanes), Stopwatch.GetTimestamp());

        // Held beyond what was believed at first: it was confirmed since.
        await Eventually.True(
            () => Stopwatch.GetElapsedTime(began) > LaneHold.Believed && accounts.All(account => rig.Host.Holds(account.Id.Value)),
            TimeSpan.FromSeconds(20), "all are held");

        (await rig.ScalarAsync<string>(lanes)).ShouldBe(before);
    }

    [Fact]
    public async Task A_lane_that_went_elsewhere_is_missed_although_another_one_stands_in_its_place()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var (gone, other) = (await AccountAsync(rig), await rig.AccountAsync());
        var lane = rig.Host.LaneOf(gone.Id).ShouldNotBeNull();
        await rig.HoldsAsync(other);
        await rig.SqlAsync($"update accounts.accounts set deleted_at = now() where id = '{other.Id}'");
        rig.Get<RedisBus>().Publish(Topics.AccountChanged, other.Id.ToString());
        await Eventually.True(() => rig.Host.LaneOf(other.Id) is null, TimeSpan.FromSeconds(20), "the other has ended");

        // As many lanes as before, of the same epochs.
        var self = rig.Get<IWorkers>().Self;
        await rig.SqlAsync($"""
            update trading.lanes set holder = case when account_id = '{gone.Id}' then 'a worker far away' else '{self}' end, epoch = {lane.Epoch}
                where account_id in ('{gone.Id}', '{other.Id}')
            """);

        await Eventually.True(() => lane.Hold.IsLost, TimeSpan.FromSeconds(20), "it is missed");
    }

    [Fact]
    public async Task A_lane_that_has_begun_elsewhere_ends_here()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var lane = rig.Host.LaneOf(account.Id).ShouldNotBeNull();
        var newer = await rig.EpochAsync(account, "a worker far away");

        var order = await rig.SendAsync(account, Intents.Open());

        await Eventually.True(() => lane.Hold.IsLost, TimeSpan.FromSeconds(20), "it is lost");
        // Nobody has that worker among the living, so that the lane begins again, once what it may have under way is over.
        await rig.StatusAsync(order, "FILLED", 20);
        newer.ShouldBe(lane.Epoch + 1);
        (await rig.RowAsync(order)).Epoch.ShouldBe(newer + 1);
        rig.Broker.Of(account.Id).Ledger.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_late_answer_under_an_older_epoch_is_still_the_truth()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        var order = await rig.RowAsync(await rig.SendAsync(account, Intents.Open()));
        await rig.Get<OrderClaims>().ClaimAsync(order, await rig.EpochAsync(account), new ResolvedOrder { Qty = 1 });
        var next = await rig.EpochAsync(account);
        (await rig.Orders.TakeOverAsync(account.Id.Value, next, default)).ShouldBe([order.Id]);

        var (changed, row) = await rig.Get<OrderSettlements>().SettleAsync(order.Id, new Settlement("FILLED") { Filled = 1, Taken = true });
        var (again, _) = await rig.Get<OrderSettlements>()
            .SettleAsync(order.Id, new Settlement("REJECTED") { Code = OrderCodes.NotPlaced });

        (changed, row.Status, again).ShouldBe((true, "FILLED", false));
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Theory]
    [InlineData("enabled = false", OrderCodes.AccountDisabled)]
    [InlineData("stop_epoch = stop_epoch + 1", OrderCodes.AccountStopped)]
    [InlineData("status = 'offline'", OrderCodes.BrokerOffline)]
    public async Task An_entry_is_checked_again_at_the_moment_of_sending(string change, string code)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        // Without a good reading the sync does not report the account as active again.
        var account = await rig.AccountAsync(broker => broker.ReadFault = new BrokerSdk.ConnectorException("away"));
        await rig.HoldsAsync(account);
        await rig.SqlAsync($"update accounts.accounts set {change} where id = '{account.Id}'");

        var answer = await rig.RunAsync(account, Intents.Open());

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", code));
        rig.Broker.Of(account.Id).Placed.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_that_is_too_old_is_not_sent()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);

        var answer = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Open(), validFor: TimeSpan.FromSeconds(-1)));

        (answer.Status, answer.RejectCode).ShouldBe(("REJECTED", OrderCodes.SignalExpired));
        rig.Broker.Of(account.Id).Placed.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_order_holds_entries_of_its_symbol_and_nothing_else()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        (broker.HidesOrders, broker.ConclusiveAbsence) = (true, false);
        broker.Next(Move.LoseRequest);
        var unknown = await rig.SendAsync(account, Intents.Open());
        await rig.StatusAsync(unknown, "UNKNOWN");

        var held = await rig.SendAsync(account, Intents.Open(0.5m));
        var free = await rig.RunAsync(account, Intents.Open(symbol: "GBPUSD"));
        free.Status.ShouldBe("FILLED");
        (await rig.RowAsync(held)).Status.ShouldBe("PENDING");

        var exit = await rig.RunAsync(account, Intents.Close());

        exit.RejectCode.ShouldBe(OrderCodes.NothingToClose);
        var overtaken = await rig.RowAsync(held);
        (overtaken.Status, overtaken.RejectCode).ShouldBe(("CANCELED", OrderCodes.Superseded));
    }

    [Fact]
    public async Task An_entry_that_waited_too_long_for_an_unknown_order_is_refused()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.ConclusiveAbsence = false;
        broker.Next(Move.LoseRequest);
        await rig.StatusAsync(await rig.SendAsync(account, Intents.Open()), "UNKNOWN");

        var held = await rig.SendAsync(account, Intents.Open());
        await rig.SqlAsync($"update trading.orders set created_at = created_at - interval '11 seconds' where id = '{held}'");

        await rig.StatusAsync(held, "REJECTED");
        (await rig.RowAsync(held)).RejectCode.ShouldBe(OrderCodes.PreviousUnknown);
        broker.Placed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_wake_up_costs_time_only()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);

        var order = await rig.SendAsync(account, Intents.Open(), wake: false);

        await rig.StatusAsync(order, "FILLED", 5);
    }

    [Fact]
    public async Task Without_redis_orders_are_executed_and_answered()
    {
        await using var rig = await TradingRig.StartAsync(platform, settings: new() { ["ConnectionStrings:redis"] = "" },
            awaitRedis: false);
        var account = await AccountAsync(rig);

        var answer = await rig.RunAsync(account, Intents.Open());

        answer.Status.ShouldBe("FILLED");
    }

    private static async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return account;
    }


    // A worker claimed and recorded the order, and died.
    private static async Task DieWhileSendingAsync(TradingRig rig, TestAccount account, OrderId order)
    {
        var row = await rig.RowAsync(order);
        var resolved = new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "BUY", Qty = 1 };
        (await rig.Get<OrderClaims>().ClaimAsync(row, await rig.EpochAsync(account), resolved)).Claim.ShouldBe(Claim.Claimed);
    }
}
