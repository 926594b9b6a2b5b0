using System.Threading.Channels;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>
/// Brokers with a push feed: what is pushed is applied at once, in whatever order and however often it comes, and readings stay seldom.
/// </summary>
public sealed class PushTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly Channel<AccountUpdate> feed = Channel.CreateUnbounded<AccountUpdate>();

    [Fact]
    public async Task A_pushed_position_is_followed_without_reading()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await Eventually.True(() => broker.Reads >= 1, TimeSpan.FromSeconds(10), "the first reading");
        var reads = broker.Reads;

        var id = broker.OpenByHand("EURUSD", Side.Buy, 1, 1.08m);
        Push(id, 1, 1.08m);
        await PositionsAsync(rig, account, 1);
        Push(id, 1, 1.09m);
        await Eventually.True(async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default))
            .Single().CurrentPrice == 1.09m, TimeSpan.FromSeconds(5), "the price moves it");
        broker.CloseByHand(id);
        Push(id, 0, 1.09m, closed: true);

        await PositionsAsync(rig, account, 0);
        broker.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task An_event_from_before_the_close_does_not_open_the_position_a_second_time()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        await PositionsAsync(rig, account, 1);
        var id = broker.Positions.Single().BrokerPositionId;
        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");
        var reads = broker.Reads;

        Push(id, 1, 1.09m);

        await Eventually.True(() => broker.Reads > reads, TimeSpan.FromSeconds(10), "a reading decides");
        (await rig.ScalarAsync<long>($"select count(*) from trading.positions where account_id = '{account.Id}'")).ShouldBe(1);
        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_that_was_filled_while_nobody_listened_is_settled_by_the_next_snapshot()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        var order = await rig.RunAsync(account, Intents.Open() with { Type = TradeType.Limit, Price = 1.05m });
        order.Status.ShouldBe("WORKING");

        broker.FillWorking();
        feed.Writer.TryWrite(new AccountUpdate.Snapshot(await broker.GetStateAsync(new StateWindow(), default)));

        await rig.StatusAsync(new TradeFlow.Platform.Kernel.OrderId(order.Id), "FILLED", seconds: 5);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_snapshot_from_before_the_last_reading_no_longer_shows_is_read_again_at_once()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        await PositionsAsync(rig, account, 1);
        feed.Writer.TryWrite(new AccountUpdate.Gap("it may have missed something"));
        await Eventually.True(async () => await rig.ScalarAsync<bool>(
            $"select shown from trading.positions where account_id = '{account.Id}'"), TimeSpan.FromSeconds(10), "a reading has shown it");

        broker.CloseByHand(broker.Positions.Single().BrokerPositionId);
        var state = await broker.GetStateAsync(new StateWindow(), default);
        feed.Writer.TryWrite(new AccountUpdate.Snapshot(state with { At = state.At.AddSeconds(-30) }));

        await PositionsAsync(rig, account, 0);
    }

    [Fact]
    public async Task A_pushed_fill_counts_once_and_the_profit_of_a_position_is_that_of_all_its_closes()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open(2));
        await PositionsAsync(rig, account, 1);
        var id = broker.Positions.Single().BrokerPositionId;
        var part = await rig.RunAsync(account, Intents.Close(1));
        part.Status.ShouldBe("FILLED");
        // The fill of the first close is pushed, twice; that of the second has not come yet when the position is gone.
        var fill = new FillReport
        {
            BrokerFillId = "f1", BrokerOrderId = part.BrokerOrderId ?? "", BrokerSymbol = "EURUSD.R", Side = Side.Sell, Quantity = 1,
            Price = 1.0898m, BrokerPositionId = id, RealizedPnl = -21m, At = DateTimeOffset.UtcNow,
        };
        feed.Writer.TryWrite(new AccountUpdate.Fill(fill));
        feed.Writer.TryWrite(new AccountUpdate.Fill(fill));
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from trading.fills where account_id = '{account.Id}'") == 1, TimeSpan.FromSeconds(5), "the fill is stored");

        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");

        await PositionsAsync(rig, account, 0);
        (await rig.ScalarAsync<decimal>($"select realized_pnl from trading.positions where account_id = '{account.Id}'")).ShouldBe(-42m);
        var loss = $"select risk.measure('loss_of_day', '{account.Tenant}', now() - interval '1 hour', 'USD')";
        (await rig.ScalarAsync<decimal>(loss)).ShouldBe(42m);
    }

    [Fact]
    public async Task Readings_that_fail_leave_the_feed_as_it_is_and_what_is_pushed_is_applied()
    {
        await using var rig = await StartAsync();
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await Eventually.True(() => broker.Reads >= 1, TimeSpan.FromSeconds(10), "the first reading");
        broker.ReadFault = new ConnectorException(ConnectorErrorKind.RateLimited, "fewer requests, please");
        var (reads, streams) = (broker.Reads, broker.Streams);
        feed.Writer.TryWrite(new AccountUpdate.Gap("the feed was cut"));
        await Eventually.True(() => broker.Reads >= reads + 3, TimeSpan.FromSeconds(10), "readings are tried again");

        Push("p1", 1, 1.08m);

        await PositionsAsync(rig, account, 1);
        broker.Streams.ShouldBe(streams);
    }

    [Fact]
    public async Task The_last_balance_of_a_second_is_written_though_nothing_follows_it()
    {
        await using var rig = await StartAsync();
        // Its readings bring no money along, and the first of its own requests is answered before anything is pushed.
        var account = await AccountAsync(rig, script => script.Bend = state => state with { Account = null });
        await BalanceAsync(rig, account, 10_000m);
        Balance(1000m);
        await BalanceAsync(rig, account, 1000m);

        Balance(1001m);
        Balance(1002m);

        await BalanceAsync(rig, account, 1002m);
    }

    private void Balance(decimal balance) =>
        feed.Writer.TryWrite(new AccountUpdate.Balance(new AccountSnapshot { Currency = "USD", Balance = balance, Equity = balance }));

    private static Task BalanceAsync(TradingRig rig, TestAccount account, decimal balance) => Eventually.True(
        async () =>
            await rig.ScalarAsync<decimal>($"select coalesce(balance, 0) from accounts.accounts where id = '{account.Id}'") == balance,
        TimeSpan.FromSeconds(10), $"a balance of {balance}");

    private void Push(string id, decimal quantity, decimal price, bool closed = false) => feed.Writer.TryWrite(new AccountUpdate.Position(
        new PositionReport { BrokerPositionId = id, BrokerSymbol = "EURUSD.R", Side = Side.Buy, Quantity = quantity, AveragePrice = 1.08m,
            CurrentPrice = price, OpenedAt = DateTimeOffset.UtcNow }, closed));

    private async Task<TradingRig> StartAsync()
    {
        var broker = new ScriptedBroker();
        broker.Manifest = broker.Manifest with { Capabilities = broker.Manifest.Capabilities with { Stream = "push" } };
        return await TradingRig.StartAsync(platform, broker);
    }

    private async Task<TestAccount> AccountAsync(TradingRig rig, Action<ScriptedAccount>? more = null)
    {
        var account = await rig.AccountAsync(script =>
        {
            script.Feed = feed;
            more?.Invoke(script);
        });
        await rig.HoldsAsync(account);
        return account;
    }

    private static Task PositionsAsync(TradingRig rig, TestAccount account, int count) =>
        Eventually.True(async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count == count,
            TimeSpan.FromSeconds(10), $"{count} positions");
}
