using System.Globalization;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>Twenty accounts at three brokers, one of which does not answer.</summary>
public sealed class SlowBrokerTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Fact]
    public async Task A_broker_that_does_not_answer_holds_up_its_own_accounts_alone()
    {
        var broker = new ScriptedBroker();
        await using var worker = await TradingRig.StartAsync(rig.Platform, broker);
        var admin = await Person.AdministratorAsync(rig);
        var strategy = await StrategyPeople.PublishAsync(admin, "Twenty");
        List<(Trader Trader, bool IsSlow)> followers = [];
        for (var tenant = 0; tenant < 5; tenant++)
        {
            var person = await StrategyPeople.NewPersonAsync(rig);
            for (var n = 0; n < 4; n++)
            {
                var trader = await rig.NewTraderAsync("", person);
                var slug = (followers.Count % 3) switch { 0 => "paper", 1 => "second", _ => "slow" };
                await rig.ExecuteAsync($"update accounts.accounts set broker = '{slug}' where id = '{trader.Account}'");
                if (slug == "slow") broker.Of(trader.Account).HoldSends = new TaskCompletionSource();
                await StrategyPeople.FollowAsync(trader, strategy);
                rig.Bus.Publish(TradeFlow.Platform.Kernel.Topics.AccountChanged, trader.Account.ToString());
                followers.Add((trader, slug == "slow"));
            }
        }
        foreach (var (trader, _) in followers)
            await Eventually.True(() => worker.Host.Holds(trader.Account.Value), TimeSpan.FromSeconds(30), "the lane is leased");

        var answer = await followers[0].Trader.SendAsync(strategy.Path, Trader.Buy);

        answer.Json.GetProperty("fan_out").GetInt32().ShouldBe(20, answer.Json.ToString());
        var quick = string.Join(',', followers.Where(one => !one.IsSlow).Select(one => $"'{one.Trader.Account}'"));
        await Eventually.True(async () =>
            await rig.ScalarAsync<long>($"select count(*) from trading.orders where account_id in ({quick}) and status = 'FILLED'") == 14,
            TimeSpan.FromSeconds(30), "all accounts at the other brokers have filled");
        (await rig.ScalarAsync<long>($"select count(*) from trading.orders where strategy_id = '{strategy.Id}' and status = 'SENDING'"))
            .ShouldBe(6, "the slow ones wait for their broker");
        var apart = await rig.ScalarAsync<decimal>(
            $"select extract(epoch from max(sent_at) - min(sent_at)) * 1000 from trading.orders where account_id in ({quick})");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"14 accounts at two brokers: {apart:0} ms between the first order sent and the last"));

        foreach (var (trader, _) in followers.Where(one => one.IsSlow)) broker.Of(trader.Account).HoldSends!.SetResult();
        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from trading.orders where strategy_id = '{strategy.Id}' and status = 'FILLED' and broker <> 'x'") >= 20,
            TimeSpan.FromSeconds(30), "they fill once it answers");
    }
}
