using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>What a strategy does on an account, and what it leaves alone.</summary>
public sealed class StrategyTradingTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly StrategyMark Mark = new(Guid.NewGuid(), "Trend", Guid.NewGuid());

    [Fact]
    public async Task All_symbols_of_a_strategy_are_those_that_it_has_traded()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var own = rig.Broker.Of(account.Id).OpenByHand("GBPUSD", Side.Buy, 3);
        await rig.RunAsync(account, Intents.Open() with { Strategy = Mark });

        var answer = await rig.RunAsync(account, Intents.Flatten with { Strategy = Mark });

        answer.Status.ShouldBe("FILLED");
        answer.Strategy.ShouldBe(new StrategyName(Mark.Id, "Trend"));
        rig.Broker.Of(account.Id).Positions.ShouldHaveSingleItem().BrokerPositionId.ShouldBe(own);
        (await rig.RunAsync(account, Intents.Flatten)).Status.ShouldBe("FILLED");
        rig.Broker.Of(account.Id).Positions.ShouldBeEmpty("the account's own key means all that is open");
    }

    [Fact]
    public async Task A_strategy_cancels_its_own_orders()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var limit = Intents.Open() with { Type = TradeType.Limit, Price = 1.05m };
        var mine = await rig.SendAsync(account, limit);
        var its = await rig.SendAsync(account, limit with { Strategy = Mark });
        await rig.StatusAsync(mine, "WORKING");
        await rig.StatusAsync(its, "WORKING");

        await rig.RunAsync(account, Intents.Cancel() with { Strategy = Mark });

        await rig.StatusAsync(its, "CANCELED");
        (await rig.RowAsync(mine)).Status.ShouldBe("WORKING");
    }

    [Fact]
    public async Task An_account_takes_its_share_of_every_quantity()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(multiplier: 2);
        await rig.HoldsAsync(account);
        var share = Mark with { Signal = Guid.NewGuid() };

        (await rig.RunAsync(account, Intents.Open(1) with { Strategy = share, Factor = 0.25m })).FilledQty
            .ShouldBe(0.5m, "the account's own factor counts too");
        (await rig.RunAsync(account, Intents.Close(0.5m) with { Strategy = share, Factor = 0.25m })).FilledQty.ShouldBe(0.25m);
        (await rig.RunAsync(account, Intents.Target(2, 0.5m) with { Strategy = share, Factor = 0.25m })).FilledQty.ShouldBe(0.75m);
        Held(rig, account).ShouldBe(1m);
        (await rig.RunAsync(account, Intents.Target(0) with { Strategy = share, Factor = 0.25m })).Status.ShouldBe("FILLED");
        (await rig.RunAsync(account,
            Intents.Open() with { Strategy = share, Qty = null, Size = new SizeRule(SizeMode.Quantity, 0.3m) })).FilledQty.ShouldBe(0.6m);
    }

    [Fact]
    public async Task An_account_holds_something_of_a_strategy_from_the_record_of_its_entry_until_it_is_flat()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        (await HoldsAsync()).ShouldBeFalse();
        await rig.RunAsync(account, Intents.Open());
        (await HoldsAsync()).ShouldBeFalse("it is the account's own");

        rig.Broker.Of(account.Id).HoldSends = new TaskCompletionSource();
        var entry = await rig.SendAsync(account, Intents.Open() with { Strategy = Mark });
        (await HoldsAsync()).ShouldBeTrue("its entry is on its way");
        rig.Broker.Of(account.Id).HoldSends!.SetResult();
        await rig.StatusAsync(entry, "FILLED");
        (await HoldsAsync()).ShouldBeTrue();

        await rig.RunAsync(account, Intents.Close());
        await Eventually.True(async () => !await HoldsAsync(), TimeSpan.FromSeconds(20), "it is flat");

        Task<bool> HoldsAsync() => rig.ScalarAsync<bool>($"select trading.holds_of_strategy('{account.Id}', '{Mark.Id}')");
    }

    private static decimal Held(TradingRig rig, TestAccount account) =>
        rig.Broker.Of(account.Id).Positions.Sum(position => position.Quantity);
}
