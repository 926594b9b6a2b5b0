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
        HashSet<(decimal, decimal)> ofSecond = [];
        var (at, missed) = (0m, false);
        for (var step = 0; step < 500; step++)
        {
            if (missed || random.Next(4) == 0) NextSecond();
            var next = Next(at);
            var message = Message(next, at);
            switch (random.Next(10))
            {
                case 0:
                    (at, missed) = (next, true);
                    continue;
                case 1:
                    await rig.RunAsync(account, message);
                    (await rig.RunAsync(account, message)).RejectCode.ShouldBeOneOf(OrderCodes.AlreadyThere, OrderCodes.CameLate);
                    break;
                case 3:
                    // There and back, after a message that was lost: nothing tells the two orders apart.
                    var then = Next(next);
                    if (missed && then == at) goto default;
                    // In their order, the second before the first is done.
                    await rig.SendAsync(account, message);
                    await rig.RunAsync(account, Message(then, next));
                    next = then;
                    break;
                case 2:
                    var end = Next(next);
                    // After a message that was lost, what the account holds by it may be what the later one of the two says.
                    if (missed && (end == at || Held() == next)) goto default;
                    // Swapped: two seconds tell what came late, so the second does not wait for the first to be done.
                    await rig.SendAsync(account, Message(end, next));
                    (await rig.RunAsync(account, message)).RejectCode
                        .ShouldBe(OrderCodes.CameLate, $"step {step}\n{await LastAsync(rig, account)}");
                    next = end;
                    break;
                default:
                    await rig.RunAsync(account, message);
                    break;
            }
            if (missed) NextSecond();
            (at, missed) = (next, false);
            Held().ShouldBe(at, $"step {step}\n{await LastAsync(rig, account)}");
        }
        broker.Ledger.Distinct().Count().ShouldBe(broker.Ledger.Count);

        // Several are of one second, as a strategy that is calculated at every tick sends them. Nothing but the second tells a step from
        // the same step again, or what comes after a lost one from what came before it.
        TradeIntent Message(decimal to, decimal from)
        {
            if (!ofSecond.Add((from, to))) NextSecond();
            ofSecond.Add((from, to));
            return Intents.Target(to, from, second);
        }

        void NextSecond()
        {
            second = second.AddSeconds(1);
            ofSecond.Clear();
        }

        static Task<string> LastAsync(TradingRig rig, TestAccount account) => rig.ScalarAsync<string>($"""
            select string_agg(concat_ws(' ', seq, intent->'target'->>'previous', intent->'target'->>'previousSize', '->', intent->'target'->>'position', intent->'target'->>'size',
                right(intent->'target'->>'time', 16), action, status, reject_code, gap, filled_qty), E'\n' order by seq)
            from (select * from trading.orders where account_id = '{account.Id}' order by seq desc limit 8) o
            """);

        decimal Next(decimal from)
        {
            while (true)
                if (random.Next(-4, 5) / 2m is var to && to != from) return random.Next(4) == 0 && from != 0 ? 0 : to;
        }

        decimal Held() => broker.Positions.Sum(position => position.Side == Side.Buy ? position.Quantity : -position.Quantity);
    }
}
