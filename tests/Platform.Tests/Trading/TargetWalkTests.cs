using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>A strategy's life, of which messages are lost, doubled and swapped.</summary>
public sealed class TargetWalkTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData(true, 20261)]
    [InlineData(false, 20262)]
    public async Task The_account_ends_where_the_strategy_is(bool netting, int seed)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(at => at.IsNetting = netting);
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        var random = new Random(seed);
        var second = DateTimeOffset.UtcNow;
        var (at, missed) = (0m, false);
        for (var step = 0; step < 500; step++)
        {
            second = second.AddSeconds(1);
            var next = Next(at);
            var message = Intents.Target(next, at, second);
            switch (random.Next(10))
            {
                case 0:
                    (at, missed) = (next, true);
                    continue;
                case 1:
                    await rig.RunAsync(account, message);
                    (await rig.RunAsync(account, message)).RejectCode.ShouldBe(OrderCodes.AlreadyThere);
                    break;
                case 2:
                    var last = Next(next);
                    // There and back, after a message that was lost: nothing tells the two orders apart.
                    if (missed && last == at) goto default;
                    await rig.RunAsync(account, Intents.Target(last, next, second));
                    (await rig.RunAsync(account, message)).RejectCode.ShouldBe(OrderCodes.CameLate);
                    next = last;
                    break;
                case 3:
                    var then = Next(next);
                    if (missed && then == at) goto default;
                    // In their order, the second before the first is done.
                    await rig.SendAsync(account, message);
                    await rig.RunAsync(account, Intents.Target(then, next, second));
                    next = then;
                    break;
                default:
                    await rig.RunAsync(account, message);
                    break;
            }
            (at, missed) = (next, false);
            Held().ShouldBe(at, $"step {step}");
        }
        broker.Ledger.Distinct().Count().ShouldBe(broker.Ledger.Count);

        decimal Next(decimal from)
        {
            while (true)
                if (random.Next(-4, 5) / 2m is var to && to != from) return random.Next(4) == 0 && from != 0 ? 0 : to;
        }

        decimal Held() => broker.Positions.Sum(position => position.Side == Side.Buy ? position.Quantity : -position.Quantity);
    }
}
