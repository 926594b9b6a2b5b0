using System.Text;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Alerts.Dialects;

/// <summary>The same trade in the words of each dialect, as far as the broker.</summary>
public sealed class DialectReplayTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private static readonly DialectList Dialects = new();

    // Entry 1.0900, stop 1.0850, twice that distance as target: 1.1000.
    [Theory]
    [InlineData("""{"version":"unify.v1","intent":{"side":"buy","type":"market","symbol":"EURUSD","qty":1,"sl":{"mode":"price","value":1.0850},"tp":{"mode":"rr","value":2.0}}}""")]
    [InlineData("""{"ticker":"EURUSD","action":"buy","quantity":1,"stopLoss":{"type":"stop","stopPrice":1.0850},"takeProfit":{"limitPrice":1.1000}}""")]
    [InlineData("""{"ticker":"EURUSD","action":"buy","quantity":1,"price":1.0900,"stopLoss":{"type":"stop","amount":0.0050},"takeProfit":{"amount":0.0100}}""")]
    [InlineData("60123456789,buy,EURUSD,vol_lots=1,sl_pips=50,tp_pips=100")]
    [InlineData("60123456789,buy,EURUSD,vol_lots=1,sl_price=1.0850,tp_price=1.1000")]
    [InlineData("key=k;command=PLACE;instrument=EURUSD;action=BUY;qty=1;order_type=MARKET;stop_loss=1.0850;take_profit=1.1000;")]
    public async Task The_designs_own_vector_is_one_order_in_every_dialect(string message)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);

        (await rig.RunAsync(account, Read(message))).Status.ShouldBe("FILLED");

        var order = rig.Broker.Of(account.Id).Placed.ShouldHaveSingleItem();
        (order.Side, order.Quantity, order.StopLoss, order.TakeProfit).ShouldBe((Side.Buy, 1m, 1.0850m, 1.1000m));
    }

    // A strategy that was short 1 closes and buys in one moment, by two messages that come in either order.
    [Theory]
    [InlineData("unify.v1",
        """{"intent":{"action":"target","symbol":"EURUSD","position":"flat","position_size":0,"prev_position":"short","prev_position_size":1},"time":"2026-11-29T12:00:00Z"}""",
        """{"intent":{"action":"target","symbol":"EURUSD","position":"long","position_size":1,"prev_position":"flat","prev_position_size":0},"time":"2026-11-29T12:00:00Z"}""")]
    [InlineData("strategy-json",
        """{"time":"2026-11-29T12:00:00Z","ticker":"EURUSD","strategy":{"market_position":"flat","market_position_size":"0","prev_market_position":"short","prev_market_position_size":"1"}}""",
        """{"time":"2026-11-29T12:00:00Z","ticker":"EURUSD","strategy":{"market_position":"long","market_position_size":"1","prev_market_position":"flat","prev_market_position_size":"0"}}""")]
    [InlineData("traderspost", """{"ticker":"EURUSD","action":"buy","sentiment":"long","quantity":"1"}""",
        """{"ticker":"EURUSD","action":"buy","sentiment":"long","quantity":"1"}""")]
    [InlineData("pineconnector", "60123456789,closeshort,EURUSD", "60123456789,buy,EURUSD,vol_lots=1")]
    [InlineData("crosstrade",
        "key=k;command=PLACE;instrument=EURUSD;action=BUY;qty=2;order_type=MARKET;market_position=long;prev_market_position=short;", "")]
    public async Task A_close_and_a_buy_of_one_moment_end_long_by_one_in_either_order(string dialect, string close, string buy)
    {
        Dialects.Read(Encoding.UTF8.GetBytes(close)).Dialect.ShouldBe(dialect);
        await using var rig = await TradingRig.StartAsync(platform);
        foreach (var swapped in new[] { false, true })
        {
            var account = await rig.AccountAsync();
            await rig.HoldsAsync(account);
            var broker = rig.Broker.Of(account.Id);
            broker.OpenByHand("EURUSD", Side.Sell, 1);

            List<OrderId> sent = [];
            foreach (var message in (swapped ? new[] { buy, close } : [close, buy]).Where(message => message.Length > 0))
                sent.Add(await rig.SendAsync(account, Read(message)));
            foreach (var order in sent) await rig.AnswerAsync(order, 20);

            var held = broker.Positions.ShouldHaveSingleItem($"{dialect}, swapped: {swapped}");
            (held.Side, held.Quantity).ShouldBe((Side.Buy, 1m), $"{dialect}, swapped: {swapped}");
        }
    }

    // These do not say what the strategy had before, so their order is all that there is to go by.
    [Theory]
    [InlineData("""{"ticker":"EURUSD","action":"exit"}""", """{"ticker":"EURUSD","action":"buy","sentiment":"long","quantity":"1"}""")]
    [InlineData("key=k;command=CLOSEPOSITION;instrument=EURUSD;",
        "key=k;command=PLACE;instrument=EURUSD;action=BUY;qty=1;order_type=MARKET;market_position=long;")]
    public async Task A_close_and_a_buy_that_name_no_past_end_long_by_one_in_their_order(string close, string buy)
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync();
        await rig.HoldsAsync(account);
        var broker = rig.Broker.Of(account.Id);
        broker.OpenByHand("EURUSD", Side.Sell, 1);

        var first = await rig.SendAsync(account, Read(close));
        var second = await rig.SendAsync(account, Read(buy));
        await rig.AnswerAsync(first);
        await rig.AnswerAsync(second);

        var held = broker.Positions.ShouldHaveSingleItem();
        (held.Side, held.Quantity).ShouldBe((Side.Buy, 1m));
    }

    private static TradeIntent Read(string message)
    {
        var alert = Dialects.Read(Encoding.UTF8.GetBytes(message));
        AccountDefaults.Apply(alert, GoldenDialectTests.Account(""));
        alert.Errors.ShouldBeNull();
        return alert.Intent!;
    }
}
