using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class DispatchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task An_open_is_filled_answered_and_becomes_a_position()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);

        var answer = await rig.RunAsync(account, Intents.Open());

        answer.Status.ShouldBe("FILLED");
        answer.AvgPrice.ShouldBe(1.09m);
        answer.FilledQty.ShouldBe(1);
        rig.Broker.Of(account.Id).Ledger.ShouldBe([answer.ClientOrderId]);
        await Eventually.True(async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count == 1,
            TimeSpan.FromSeconds(5), "the position is there");
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task A_close_realises_profit_and_the_position_is_closed_with_the_answer()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        await rig.RunAsync(account, Intents.Open());
        await Eventually.True(async () => (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).Count == 1,
            TimeSpan.FromSeconds(5), "the position is there");

        var answer = await rig.RunAsync(account, Intents.Close());

        answer.Status.ShouldBe("FILLED");
        answer.GrossPnl.ShouldBe(-20m);
        answer.Pnl.ShouldBe(-21m);
        (await rig.Reads.PositionsAsync(Wall.Around(account.Tenant), null, null, default)).ShouldBeEmpty();
        rig.Broker.Of(account.Id).Positions.ShouldBeEmpty();
        (await rig.TradesAsync(account)).ShouldBe(1);
        (await rig.ScalarAsync<decimal>($"select realized_pnl from trading.positions where account_id = '{account.Id}'")).ShouldBe(-21m);
    }
}
