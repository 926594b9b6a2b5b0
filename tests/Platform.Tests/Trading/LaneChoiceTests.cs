using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>Who waits for whom in a lane.</summary>
public sealed class LaneChoiceTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private long seq;

    [Fact]
    public void A_deferred_exit_holds_back_the_exits_of_its_own_symbol_and_no_other()
    {
        var (euro, euroAgain, pound) = (Row(Intents.Close()), Row(Intents.Close()), Row(Intents.Close(symbol: "GBPUSD")));

        Choose([euro, euroAgain, pound], [euro]).Run.ShouldBe(pound);
        var nothing = Choose([euro, euroAgain], [euro]);
        (nothing.Run, nothing.Waiting).ShouldBe((null, true));
    }

    [Fact]
    public void A_flatten_waits_for_nobody_and_no_exit_waits_for_it()
    {
        var (euro, flatten, again, pound) = (Row(Intents.Close()), Row(Intents.Flatten), Row(Intents.Flatten),
            Row(Intents.Close(symbol: "GBPUSD")));

        Choose([euro, flatten], [euro]).Run.ShouldBe(flatten);
        Choose([flatten, again], [flatten]).Run.ShouldBe(again);
        Choose([flatten, pound], [flatten]).Run.ShouldBe(pound);
        Choose([flatten, euro], [flatten]).Run.ShouldBe(euro);
    }

    [Fact]
    public void Exits_that_name_a_position_alone_wait_for_an_exit_of_the_same_position()
    {
        var (first, same, other) = (Row(Leave("p1")), Row(Leave("p1")), Row(Leave("p2")));
        var cancel = Row(OrderDesk.CancelAll);

        Choose([first, same, other], [first]).Run.ShouldBe(other);
        Choose([first, same], [first]).Run.ShouldBeNull();
        Choose([first, cancel], [first]).Run.ShouldBe(cancel);
        Choose([cancel, first], [cancel]).Run.ShouldBe(first);
    }

    [Fact]
    public void An_entry_does_not_pass_a_deferred_exit_of_its_symbol_nor_any_flatten()
    {
        var (euro, flatten) = (Row(Intents.Close()), Row(Intents.Flatten));
        var (same, other) = (Row(Intents.Open()), Row(Intents.Open(symbol: "GBPUSD")));

        Choose([euro, same], [euro]).Run.ShouldBeNull();
        Choose([euro, other], [euro]).Run.ShouldBe(other);
        Choose([euro, same, other], [euro]).Run.ShouldBe(other);
        Choose([flatten, same], [flatten]).Run.ShouldBeNull();
    }

    [Fact]
    public void An_exit_ends_the_waiting_entries_of_its_symbol_and_no_others()
    {
        var (held, other, exit) = (Row(Intents.Open()), Row(Intents.Open(symbol: "GBPUSD")), Row(Intents.Close()));

        var choice = Choose([held, other, exit], [held, other]);

        (choice.Run, choice.Superseded.Single()).ShouldBe((exit, held));
        Choose([held, other, Row(Intents.Flatten)], [held, other]).Superseded.ShouldBe([held, other]);
    }

    [Theory]
    [InlineData(-2, 0, true)] // long 1, flat, short 2: the waiting one is the later one
    [InlineData(1, 0, false)] // in and out, or out and in
    [InlineData(1, -3, false)] // in and out; what the strategy had before was not flat
    public void A_flat_that_came_late_ends_no_entry_that_goes_on_from_it(decimal waitsFor, decimal from, bool goesOn)
    {
        var (entry, flat) = (Row(Intents.Target(waitsFor, from, Now) with { Action = TradeAction.Open }),
            Row(Intents.Target(0, 1, Now) with { Action = TradeAction.Close }));

        var choice = Choose([entry, flat], [entry]);

        choice.Run.ShouldBe(flat);
        choice.Superseded.ShouldBe(goesOn ? [] : [entry]);
    }

    [Fact]
    public async Task An_exit_is_seen_behind_any_number_of_waiting_entries_and_ends_all_that_it_overtakes()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        (await rig.RunAsync(account, Intents.Open(symbol: "GBPUSD"))).Status.ShouldBe("FILLED");
        (broker.HidesOrders, broker.ConclusiveAbsence) = (true, false);
        broker.Next(Move.LoseRequest);
        await rig.StatusAsync(await rig.SendAsync(account, Intents.Open()), "UNKNOWN");
        // Nothing ends them for their patience while the test makes them.
        var held = await HeldAsync(rig, account, 70);

        var other = await rig.AnswerAsync(await rig.SendAsync(account, Intents.Close(symbol: "GBPUSD")));
        (await rig.RowAsync(held[0])).Status.ShouldBe("PENDING");
        await rig.RunAsync(account, Intents.Close());

        other.Status.ShouldBe("FILLED");
        foreach (var entry in held)
        {
            var row = await rig.RowAsync(entry);
            (row.Status, row.RejectCode).ShouldBe(("CANCELED", OrderCodes.Superseded));
        }
    }

    [Fact]
    public async Task What_a_lane_reads_has_every_exit_and_all_that_it_may_overtake()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        await WaitingAsync(rig, account, 1, "open", 1100);
        await WaitingAsync(rig, account, 1101, "close", 2);
        await WaitingAsync(rig, account, 1103, "open", 100);

        var queue = await rig.Get<LaneQueues>().ReadAsync(account.Id.Value, default);

        queue.Pending.Count(order => order.IsEntry).ShouldBe(1100);
        queue.Pending.Skip(1100).Select(order => order.Seq).ShouldBe([1101, 1102]);
        await rig.SqlAsync($"update trading.orders set status = 'CANCELED' where account_id = '{account.Id}' and action = 'close'");
        (await rig.Get<LaneQueues>().ReadAsync(account.Id.Value, default)).Pending.Count.ShouldBe(64);
    }

    [Fact]
    public async Task A_flatten_closes_what_it_can_while_the_rules_of_one_symbol_cannot_be_read()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        foreach (var symbol in new[] { "EURUSD", "GBPUSD", "USDJPY" })
            (await rig.RunAsync(account, Intents.Open(symbol: symbol))).Status.ShouldBe("FILLED");
        var rules = rig.Broker.Instruments["EURUSD"];
        rig.Broker.Instruments.Remove("EURUSD");

        var flatten = await rig.SendAsync(account, Intents.Flatten);

        await Eventually.True(() => broker.Positions.Count == 1, TimeSpan.FromSeconds(10), "the others are closed");
        broker.Positions.Single().BrokerSymbol.ShouldBe("EURUSD.R");
        rig.Broker.Instruments["EURUSD"] = rules;
        (await rig.AnswerAsync(flatten, 20)).Status.ShouldBe("FILLED");
        broker.Positions.ShouldBeEmpty();
        broker.Closed.Count.ShouldBe(3);
    }

    private static async Task<List<OrderId>> HeldAsync(TradingRig rig, TestAccount account, int count)
    {
        List<OrderId> held = [];
        for (var i = 0; i < count; i++) held.Add(await rig.SendAsync(account, Intents.Open(), wake: false));
        await rig.SqlAsync($"""
            update trading.orders set created_at = created_at + interval '1 minute' where account_id = '{account.Id}' and status = 'PENDING'
            """);
        return held;
    }

    private static Task WaitingAsync(TradingRig rig, TestAccount account, int from, string action, int count) => rig.SqlAsync($"""
        insert into trading.orders (id, tenant_id, account_id, broker, seq, client_order_id, action, intent, symbol, side, type, status,
                                    created_at, valid_until)
        select gen_random_uuid(), '{account.Tenant}', '{account.Id}', 'scripted', {from} - 1 + n, '{account.Id}' || ({from} + n), '{action}',
               '{Intents.Open().ToJson()}', 'EURUSD', 'BUY', 'MARKET', 'PENDING', now(), now()
        from generate_series(1, {count}) n
        """);

    private static TradeIntent Leave(string position) => new() { Action = TradeAction.Close, Symbol = "", BrokerPositionId = position };

    private static LaneChoice Choose(OrderRow[] pending, OrderRow[] deferred) =>
        LaneChoice.From(new LaneQueue(pending, new HashSet<string>()), id => deferred.Any(row => row.Id == id), Now);

    private OrderRow Row(TradeIntent intent) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = Guid.NewGuid(), AccountId = Guid.NewGuid(), Broker = "scripted", Seq = ++seq,
        ClientOrderId = $"tf{seq}", Action = intent.Action.ToString().ToLowerInvariant(), IntentJson = intent.ToJson(),
        Symbol = intent.Symbol, Type = "MARKET", Status = "PENDING",
        CreatedAt = Now, ValidUntil = Now.AddSeconds(30),
    };
}
