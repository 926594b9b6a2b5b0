using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class AccountSyncTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task What_is_opened_and_closed_at_the_broker_by_hand_is_followed()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);

        var id = broker.OpenByHand("GBPUSD", Side.Sell, 2, 1.1m);
        await PositionsAsync(rig, account, 1);
        var position = (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Single();
        (position.Symbol, position.Side, position.Qty, position.CurrentPrice).ShouldBe(("GBPUSD", "SELL", 2m, 1.09m));
        (await rig.ScalarAsync<string>($"select origin from trading.positions where id = '{position.Id}'")).ShouldBe("external");

        broker.CloseByHand(id);
        await PositionsAsync(rig, account, 0);
        (await rig.ScalarAsync<decimal>($"select realized_pnl from trading.positions where id = '{position.Id}'"))
            .ShouldBe((1.1m - 1.09m) * 200_000);
    }

    [Fact]
    public async Task A_position_of_ours_is_told_from_a_foreign_one()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        await rig.RunAsync(account, Intents.Open());
        await PositionsAsync(rig, account, 1);

        (await rig.ScalarAsync<string>($"select origin from trading.positions where account_id = '{account.Id}'")).ShouldBe("signal");
    }

    [Fact]
    public async Task A_failed_reading_is_not_flat()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        await PositionsAsync(rig, account, 1);

        var reads = broker.Reads;
        broker.ReadFault = new ConnectorException("away");
        await Eventually.True(() => broker.Reads > reads + 2, TimeSpan.FromSeconds(15), "it was read again");

        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_reading_without_a_position_does_not_close_it()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        await PositionsAsync(rig, account, 1);
        var id = (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Single().Id;

        var bent = 0;
        broker.Bend = state => Interlocked.Increment(ref bent) == 1 ? state with { Positions = [] } : state;
        await Eventually.True(() => bent >= 3, TimeSpan.FromSeconds(15), "it was read again");

        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Single().Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_reading_from_before_the_close_does_not_bring_the_position_back()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        await rig.RunAsync(account, Intents.Open());
        await PositionsAsync(rig, account, 1);
        var slow = broker.HoldNextRead();
        await slow.Begun;

        (await rig.RunAsync(account, Intents.Close())).Status.ShouldBe("FILLED");
        var reads = broker.Reads;
        slow.Go();
        await Eventually.True(() => broker.Reads > reads, TimeSpan.FromSeconds(15), "the sync went on");

        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_working_order_that_fills_later_is_followed_and_counted_once()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var answer = await rig.RunAsync(account, Intents.Open() with { Type = TradeType.Limit, Price = 1.05m });
        answer.Status.ShouldBe("WORKING");

        rig.Broker.Of(account.Id).FillWorking();

        await rig.StatusAsync(new OrderId(answer.Id), "FILLED");
        (await rig.RowAsync(new OrderId(answer.Id))).AvgPrice.ShouldBe(1.05m);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task A_fill_is_stored_once_however_often_it_is_told()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);
        var broker = rig.Broker.Of(account.Id);
        var fill = new FillReport { BrokerFillId = "f1", BrokerOrderId = "o1", BrokerSymbol = "EURUSD.R", Side = Side.Buy, Quantity = 1,
            Price = 1.09m, At = DateTimeOffset.UtcNow };
        broker.Bend = state => state with { Fills = [fill, fill] };

        var reads = broker.Reads;
        broker.OpenByHand("EURUSD", Side.Buy, 1);
        await Eventually.True(() => broker.Reads > reads + 3, TimeSpan.FromSeconds(20), "it was read again");

        (await rig.ScalarAsync<long>($"select count(*) from trading.fills where account_id = '{account.Id}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Refused_credentials_are_told_once_and_not_tried_again_and_again()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        rig.Broker.Of(account.Id).SessionFault = new ConnectorException(ConnectorErrorKind.Authentication, "Wrong password.");

        await Eventually.True(async () => await rig.ScalarAsync<string>($"select status from accounts.accounts where id = '{account.Id}'")
            == "needs_reconnect", TimeSpan.FromSeconds(15), "the account says so");
        await Eventually.True(async () => await NoticesAsync() == 1, TimeSpan.FromSeconds(5), "a person is told");
        await rig.HoldsAsync(account);
        (await rig.RunAsync(account, Intents.Open())).RejectCode.ShouldBe(OrderCodes.BrokerUnreachable);
        (await NoticesAsync()).ShouldBe(1);

        Task<long> NoticesAsync() => rig.ScalarAsync<long>(
            $"select count(*) from live.notifications where tenant_id = '{account.Tenant}' and kind = 'account.needs_reconnect'");
    }

    [Fact]
    public async Task Balance_and_equity_reach_the_account()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await AccountAsync(rig);

        await Eventually.True(async () => await rig.ScalarAsync<bool>(
            $"select coalesce(balance = 10000 and last_sync is not null, false) from accounts.accounts where id = '{account.Id}'"),
            TimeSpan.FromSeconds(10), "the balance is there");
    }

    private static Task PositionsAsync(TradingRig rig, TestAccount account, int count) =>
        Eventually.True(async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count == count,
            TimeSpan.FromSeconds(15), $"{count} positions");

    private static async Task<TestAccount> AccountAsync(TradingRig rig)
    {
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        return account;
    }
}
