using System.Net;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>The Api takes signals while no Worker is a member of the cluster; the one that comes sends what is still to be sent.</summary>
public sealed class WithoutWorkerTests(WithoutWorkerTests.Rig rig) : IClassFixture<WithoutWorkerTests.Rig>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Without_a_worker_signals_are_taken_and_the_one_that_comes_sends_exits_and_no_old_entry()
    {
        var trader = await rig.NewTraderAsync("");
        var broker = new ScriptedBroker();
        await broker.Of(trader.Account).PlaceAsync(
            new PlaceOrder
            {
                ClientOrderId = "by hand", Instrument = broker.Instruments["EURUSD"], Side = Side.Buy, Type = OrderType.Market, Quantity = 1
            }, default);

        var entry = await TakenAsync(trader, Trader.Buy.Replace("EURUSD", "GBPUSD", StringComparison.Ordinal));
        var exit = await TakenAsync(trader, """{"intent":{"action":"close","symbol":"EURUSD"}}""");

        // One that had to be sent again is told what the first was: 200 instead of 202.
        foreach (var taken in new[] { entry, exit })
        {
            taken.Status.ShouldBe(taken.Json.TryGetProperty("duplicate_of", out _) ? HttpStatusCode.OK : HttpStatusCode.Accepted);
            taken.Text("status").ShouldBe("pending");
        }
        await rig.ExecuteAsync(
            $"update trading.orders set valid_until = now() - interval '1 second' where account_id = '{trader.Account}'");

        await using var worker = await SiloRig.StartAsync(rig.Platform, broker);
        await StatusAsync(exit, "FILLED");
        await StatusAsync(entry, "REJECTED");
        broker.Of(trader.Account).Positions.ShouldBeEmpty();
        // What was opened by hand, and what closed it.
        broker.Of(trader.Account).Ledger.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_api_finds_workers_as_they_come_and_go()
    {
        var trader = await rig.NewTraderAsync("");
        (await IsAnsweredAsync(trader)).ShouldBeFalse();

        await using (await SiloRig.StartAsync(rig.Platform, new ScriptedBroker()))
            await Eventually.True(() => IsAnsweredAsync(trader), Long, "the first is found");
        await Eventually.True(async () => !await IsAnsweredAsync(trader), Long, "it is gone");
        await using (await SiloRig.StartAsync(rig.Platform, new ScriptedBroker()))
            await Eventually.True(() => IsAnsweredAsync(trader), Long, "the next is found");
    }

    private Task<bool> IsAnsweredAsync(Trader trader) => rig.Service<WorkerCalls>().TellAsync(
        grains => grains.GetGrain<ILane>(trader.Account.Value).EnsureAsync(), Long, CancellationToken.None);

    // As a sender does: what was not recorded in time is sent again.
    private static async Task<Answer> TakenAsync(Trader trader, string body)
    {
        Answer? taken = null;
        await Eventually.True(
            async () => (taken = await trader.AlertAsync(body)).Status != HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30),
            "it is taken");
        return taken!; // one was
    }

    private Task StatusAsync(Answer answer, string status) => Eventually.True(
        async () => await rig.ScalarAsync<string>($"select status from trading.orders where id = '{answer.Text("order_id")}'") == status,
        TimeSpan.FromSeconds(30), $"it is {status}");

    public sealed class Rig : WebhookRig
    {
        protected override bool LooksForWorkers => true;
    }
}
