using System.Net;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>The Api takes signals while no Worker is a member of the cluster; the one that comes sends what is still to be sent.</summary>
public sealed class WithoutWorkerTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Fact]
    public async Task Without_a_worker_signals_are_taken_and_the_one_that_comes_sends_exits_and_no_old_entry()
    {
        var trader = await rig.NewTraderAsync("");
        var broker = new ScriptedBroker();
        await broker.Of(trader.Account).PlaceAsync(
            new PlaceOrder { ClientOrderId = "by hand", Instrument = broker.Instruments["EURUSD"], Side = Side.Buy, Type = OrderType.Market, Quantity = 1 }, default);

        var entry = await TakenAsync(trader, Trader.Buy.Replace("EURUSD", "GBPUSD", StringComparison.Ordinal));
        var exit = await TakenAsync(trader, """{"intent":{"action":"close","symbol":"EURUSD"}}""");

        (entry.Status, exit.Status).ShouldBe((HttpStatusCode.Accepted, HttpStatusCode.Accepted));
        await rig.ExecuteAsync($"update trading.orders set valid_until = now() - interval '1 second' where account_id = '{trader.Account}'");

        await using var worker = await SiloRig.StartAsync(rig.Platform, broker);
        await StatusAsync(exit, "FILLED");
        await StatusAsync(entry, "REJECTED");
        broker.Of(trader.Account).Positions.ShouldBeEmpty();
        // What was opened by hand, and what closed it.
        broker.Of(trader.Account).Ledger.Count.ShouldBe(2);
    }

    // As a sender does: what was not recorded in time is sent again.
    private static async Task<Answer> TakenAsync(Trader trader, string body)
    {
        Answer? taken = null;
        await Eventually.True(
            async () => (taken = await trader.AlertAsync(body)).Status != HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30), "it is taken");
        return taken!; // one was
    }

    private Task StatusAsync(Answer answer, string status) => Eventually.True(
        async () => await rig.ScalarAsync<string>($"select status from trading.orders where id = '{answer.Text("order_id")}'") == status,
        TimeSpan.FromSeconds(30), $"it is {status}");
}
