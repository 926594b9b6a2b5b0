using System.Collections.Concurrent;
using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// What an answer says is filled is in the list of positions at that moment, and what it says is closed is not: the broker is not read in
/// between. Its next reading refines what the fill told, under the id that was shown.
/// </summary>
public sealed class FirstLookTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly ConnectorException Away = new("The broker is not read now.");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fill_is_shown_at_once_and_keeps_its_id_when_the_broker_shows_it(bool discreet)
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig, script => script.IsDiscreet = discreet);
        broker.ReadFault = Away;

        (await rig.RunAsync(account, Intents.Open(2) with { StopLoss = new PriceRule(PriceMode.Price, 1.08m) })).Status.ShouldBe("FILLED");
        var first = await OnlyAsync(rig, account);
        (first.Symbol, first.Side, first.Qty).ShouldBe(("EURUSD", "BUY", 2m));
        (first.AvgPrice, first.StopLoss, first.CurrentPrice).ShouldBe((1.09m, 1.08m, null));
        (await CountedAsync(rig, account)).ShouldBe(1);

        broker.ReadFault = null;
        await Eventually.True(
            async () => (await OnlyAsync(rig, account)).CurrentPrice is not null, TimeSpan.FromSeconds(15), "the broker has shown it");
        (await OnlyAsync(rig, account)).Id.ShouldBe(first.Id);
        (await CountedAsync(rig, account)).ShouldBe(1);
        (await rig.ScalarAsync<string>($"select origin from trading.positions where account_id = '{account.Id}'")).ShouldBe("signal");
    }

    [Fact]
    public async Task What_is_closed_is_gone_and_what_is_closed_in_part_is_smaller_at_once()
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig);
        await rig.RunAsync(account, Intents.Open(2));
        // An exit reads the broker itself; nobody else does once it has closed something.
        broker.Closing = () => broker.ReadFault = Away;

        (await rig.RunAsync(account, Intents.Close(0.5m))).Status.ShouldBe("FILLED");
        (await OnlyAsync(rig, account)).Qty.ShouldBe(1.5m);
        broker.ReadFault = null;
        (await rig.RunAsync(account, Intents.Close(2))).Status.ShouldBe("FILLED");
        (await OpenAsync(rig, account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reading_from_before_the_fill_takes_nothing_away()
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig);
        var before = broker.HoldNextRead();
        broker.OpenByHand("GBPUSD", Side.Sell, 1);
        await before.Begun;

        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
        var id = (await OpenAsync(rig, account)).Single(position => position.Symbol == "EURUSD").Id;
        broker.Bend = state => state;
        before.Go();

        await Eventually.True(async () => (await OpenAsync(rig, account)).Count == 2, TimeSpan.FromSeconds(15), "both are there");
        (await OpenAsync(rig, account)).Single(position => position.Symbol == "EURUSD").Id.ShouldBe(id);
        var closed = $"select count(*) from trading.positions where account_id = '{account.Id}' and status = 'CLOSED'";
        (await rig.ScalarAsync<long>(closed)).ShouldBe(0);
    }

    [Fact]
    public async Task One_that_the_broker_never_shows_is_taken_away_once_it_must_have_shown_it()
    {
        await using var rig = await StartAsync();
        var (account, _) = await AccountAsync(rig, script => script.Bend = state => state with { Positions = [] });

        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");

        await Eventually.True(async () => (await OpenAsync(rig, account)).Count == 0, TimeSpan.FromSeconds(15), "it is taken away");
        // It was there: a machine that looks a second later sees no more of it.
        var settled = $"select closed_at >= followed_at + interval '1 second' from trading.positions where account_id = '{account.Id}'";
        (await rig.ScalarAsync<bool>(settled)).ShouldBeTrue("not before the time that the broker has to show it");
        (await CountedAsync(rig, account)).ShouldBe(0);
    }

    [Fact]
    public async Task A_position_whose_id_no_answer_told_can_be_closed_by_its_own_at_once()
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig, script => script.IsDiscreet = true);
        await rig.RunAsync(account, Intents.Open());
        var id = (await OnlyAsync(rig, account)).Id;

        (await rig.RunAsync(account, Intents.Close() with { PositionId = id })).Status.ShouldBe("FILLED");

        (await OpenAsync(rig, account)).ShouldBeEmpty();
        broker.Positions.ShouldBeEmpty();
        (await rig.ScalarAsync<long>($"select count(*) from trading.positions where account_id = '{account.Id}'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_working_order_that_fills_in_parts_is_shown_as_far_as_it_is_filled()
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig);
        var order = await rig.RunAsync(account, Intents.Open(3) with { Type = TradeType.Limit, Price = 1.05m });
        order.Status.ShouldBe("WORKING");
        broker.Bend = state => state with { Positions = [] };

        await SettleAsync("PARTIALLY_FILLED", 1);
        var first = await OnlyAsync(rig, account);
        first.Qty.ShouldBe(1);
        await SettleAsync("FILLED", 3);

        (await OnlyAsync(rig, account)).ShouldBe(first with { Qty = 3 });

        Task SettleAsync(string status, decimal filled) => rig.SqlAsync($"""
            select trading.settle_order('{order.Id}', '{status}', null, null, null, 'p7', {filled}, 1.05, null, null, true, 'test', null)
            """);
    }

    [Fact]
    public async Task An_order_is_settled_whatever_stands_in_the_way_of_its_position()
    {
        await using var rig = await StartAsync();
        var (account, order) = await WorkingAsync(rig);
        await OnPositionsAsync(account, "raise numeric_value_out_of_range");

        await FillAsync(rig, order);

        (await rig.RowAsync(new OrderId(order.Id))).Status.ShouldBe("FILLED");
        var notes = $"select count(*) from trading.order_events where order_id = '{order.Id}' and kind = 'not_followed'";
        (await rig.ScalarAsync<long>(notes)).ShouldBe(1);
    }

    [Fact]
    public async Task A_fill_that_PostgreSQL_refused_for_the_moment_is_written_whole_when_it_is_tried_again()
    {
        await using var rig = await StartAsync();
        var (account, order) = await WorkingAsync(rig);
        await OnPositionsAsync(account, "raise deadlock_detected");

        await Should.ThrowAsync<PostgresException>(() => FillAsync(rig, order));
        (await rig.RowAsync(new OrderId(order.Id))).Status.ShouldBe("WORKING");
        await OnPositionsAsync(account, "return new");
        await FillAsync(rig, order);

        (await rig.RowAsync(new OrderId(order.Id))).Status.ShouldBe("FILLED");
        (await OnlyAsync(rig, account)).Qty.ShouldBe(3);
    }

    [Fact]
    public async Task A_position_that_a_person_has_said_is_closed_leaves_the_memory_of_the_worker_too()
    {
        await using var rig = await StartAsync();
        var (account, broker) = await AccountAsync(rig);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        await Eventually.True(async () => (await OpenAsync(rig, account)).Count == 1, TimeSpan.FromSeconds(15), "it is known");
        var id = (await OnlyAsync(rig, account)).Id;
        var closed = 0;
        using var listening = rig.Get<RedisBus>().Subscribe(Topics.Live(account.Tenant), message =>
        {
            if (message.Contains("\"closed\"", StringComparison.Ordinal) && message.Contains(id.ToString(), StringComparison.Ordinal))
                closed++;
        });

        // As the Api does, which has no memory of positions.
        await rig.SqlAsync($"select trading.close_position('{id}', null, null)");
        broker.CloseByHand(broker.Positions.Single().BrokerPositionId);

        await Eventually.True(() => closed == 1, TimeSpan.FromSeconds(15), "the worker has heard of it and tells it");
    }

    [Theory]
    [InlineData(Side.Sell, 4, "SELL", 3)]
    [InlineData(Side.Buy, 2, "BUY", 3)]
    public async Task Where_positions_are_netted_one_that_is_shown_takes_the_place_of_a_fill_of_ours(
        Side side, int qty, string shown, int held)
    {
        await using var rig = await StartAsync("netting", settleSeconds: 60);
        var (account, broker) = await AccountAsync(rig,
            script => (script.IsNetting, script.IsDiscreet, script.ReadFault) = (true, true, Away));
        (await rig.RunAsync(account, Intents.Open())).Status.ShouldBe("FILLED");
        (await OnlyAsync(rig, account)).CurrentPrice.ShouldBeNull("it is known by its fill alone");

        // Somebody trades at the broker before it is read for the first time.
        broker.OpenByHand("EURUSD", side, qty);
        broker.ReadFault = null;

        IReadOnlyList<PositionView> open = [];
        await Eventually.True(
            async () => (open = await OpenAsync(rig, account)) is [var only] && (only.Side, only.Qty) == (shown, held),
            TimeSpan.FromSeconds(15),
            () => $"what the broker shows alone, but {string.Join(", ", open.Select(one => $"{one.Side} {one.Qty}"))}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_positions_are_netted_a_fill_grows_shrinks_turns_and_ends_the_one_there_is(bool discreet)
    {
        await using var rig = await StartAsync("netting");
        var (account, broker) = await AccountAsync(rig, script => (script.IsNetting, script.IsDiscreet) = (true, discreet));
        (decimal, TradeSide)[] entries =
            [(1, TradeSide.Buy), (2, TradeSide.Buy), (1, TradeSide.Sell), (5, TradeSide.Sell), (3, TradeSide.Buy)];
        List<(Guid Id, string Side, decimal Qty)> seen = [];

        foreach (var (qty, side) in entries)
        {
            broker.ReadFault = Away;
            (await rig.RunAsync(account, Intents.Open(qty, side))).Status.ShouldBe("FILLED");
            var open = await ShownAsync();
            seen.Add(open.Count == 0 ? (default, "flat", 0) : open.ShouldHaveSingleItem());
            // The broker's own reading agrees.
            broker.ReadFault = null;
            var reads = broker.Reads;
            await Eventually.True(() => broker.Reads > reads + 1, TimeSpan.FromSeconds(15), "it is read");
            (await ShownAsync()).ShouldBe(open);
            (await CountedAsync(rig, account)).ShouldBe(open.Count);
        }

        seen.Select(position => (position.Side, position.Qty)).ShouldBe([("BUY", 1), ("BUY", 3), ("BUY", 2), ("SELL", 3), ("flat", 0)]);
        seen.Take(3).Select(position => position.Id).Distinct().Count().ShouldBe(1);
        seen[3].Id.ShouldNotBe(seen[2].Id);

        async Task<List<(Guid Id, string Side, decimal Qty)>> ShownAsync() =>
            [.. (await OpenAsync(rig, account)).Select(position => (position.Id, position.Side, position.Qty))];
    }

    [Fact]
    public async Task The_sockets_hear_of_the_position_before_they_hear_of_the_order()
    {
        await using var rig = await StartAsync();
        var (account, _) = await AccountAsync(rig);
        var heard = new ConcurrentQueue<string>();
        using var listening = rig.Get<RedisBus>().Subscribe(Topics.Live(account.Tenant), message =>
        {
            if (LiveMessage.Read(message) is not { } live) return;
            using var told = JsonDocument.Parse(live.Json);
            var type = told.RootElement.GetProperty("type").GetString()!;
            if (type == "order") heard.Enqueue($"order {told.RootElement.GetProperty("order").GetProperty("status").GetString()}");
            else if (type is "opened" or "closed") heard.Enqueue(type);
        });

        await rig.RunAsync(account, Intents.Open());
        await rig.RunAsync(account, Intents.Close());

        await Eventually.True(() => heard.Count >= 4, TimeSpan.FromSeconds(10), () => string.Join(", ", heard));
        heard.ShouldBe(["opened", "order FILLED", "closed", "order FILLED"]);
    }

    // An order that the broker has taken and whose position no reading brings.
    private static async Task<(TestAccount Account, OrderView Order)> WorkingAsync(TradingRig rig)
    {
        var (account, _) = await AccountAsync(rig, script => script.Bend = state => state with { Positions = [] });
        var order = await rig.RunAsync(account, Intents.Open(3) with { Type = TradeType.Limit, Price = 1.05m });
        order.Status.ShouldBe("WORKING");
        return (account, order);
    }

    private static Task FillAsync(TradingRig rig, OrderView order) => rig.SqlAsync($"""
        select trading.settle_order('{order.Id}', 'FILLED', null, null, null, 'p7', 3, 1.05, null, null, true, 'test', null)
        """);

    private Task OnPositionsAsync(TestAccount account, string does) => PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"""
        create or replace function trading.in_the_way() returns trigger language plpgsql as $$ begin {does}; end $$;
        create or replace trigger in_the_way before insert on trading.positions for each row
            when (new.account_id = '{account.Id}') execute function trading.in_the_way()
        """);

    private static async Task<IReadOnlyList<PositionView>> OpenAsync(TradingRig rig, TestAccount account) =>
        await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default);

    private static async Task<PositionView> OnlyAsync(TradingRig rig, TestAccount account) =>
        (await OpenAsync(rig, account)).ShouldHaveSingleItem();

    private static async Task<decimal> CountedAsync(TradingRig rig, TestAccount account) =>
        await rig.ScalarAsync<decimal>($"select risk.measure('open_positions', '{account.Tenant}', null, null)");

    private async Task<TradingRig> StartAsync(string positionMode = "hedging", int settleSeconds = 1)
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with
        {
            Capabilities = broker.Manifest.Capabilities with { PositionMode = positionMode },
            Poll = new PollRule { BusySeconds = 0.2, IdleSeconds = 0.2 },
            Lookup = broker.Manifest.Lookup with { SettleSeconds = settleSeconds },
        };
        return await TradingRig.StartAsync(platform, broker);
    }

    private static async Task<(TestAccount Account, ScriptedAccount Broker)> AccountAsync(
        TradingRig rig, Action<ScriptedAccount>? script = null)
    {
        var account = await rig.AccountAsync(script);
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        await Eventually.True(() => broker.Reads > 0, TimeSpan.FromSeconds(15), "the first reading");
        return (account, broker);
    }
}
