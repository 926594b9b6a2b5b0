using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class ReverseCrashTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("planned")]
    [InlineData("closing, not arrived")]
    [InlineData("closing, arrived")]
    [InlineData("closed")]
    [InlineData("entering, arrived")]
    public async Task A_reverse_is_finished_by_the_next_worker_from_wherever_it_was_and_no_step_runs_twice(string died)
    {
        var broker = new ScriptedBroker();
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        var account = await rig.AccountAsync();
        var at = broker.Of(account.Id);
        var old = at.OpenByHand("EURUSD", Side.Buy, 1);
        var reverse = await rig.SendAsync(account, Intents.Reverse(TradeSide.Sell, 1));
        var dead = await rig.EpochAsync(account);
        var leg = new OrderId(Guid.CreateVersion7());
        await rig.Orders.AddLegAsync(await rig.RowAsync(reverse), leg, "close", "EURUSD",
            new TradeIntent { Action = TradeAction.Close, Symbol = "EURUSD", BrokerPositionId = old }, null, default);
        if (died != "planned")
        {
            await rig.Get<OrderClaims>().ClaimAsync(await rig.RowAsync(leg), dead,
                new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "SELL", Qty = 1, BrokerPositionId = old, PositionQty = 1 });
            if (died != "closing, not arrived")
                await at.ClosePositionAsync(new ClosePosition { ClientOrderId = ClientOrderId.For(leg), BrokerPositionId = old,
                    Instrument = broker.Instruments["EURUSD"], PositionSide = Side.Buy }, default);
        }
        if (died is "closed" or "entering, arrived")
            await rig.Get<OrderSettlements>().SettleAsync(leg.Value, new Settlement("FILLED") { Filled = 1 });
        if (died == "entering, arrived")
        {
            await rig.Get<OrderClaims>()
                .ClaimAsync(await rig.RowAsync(reverse), dead, new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "SELL", Qty = 1 });
            await at.PlaceAsync(new PlaceOrder { ClientOrderId = ClientOrderId.For(reverse), Instrument = broker.Instruments["EURUSD"],
                Side = Side.Sell, Type = OrderType.Market, Quantity = 1 }, default);
        }

        await rig.RunAsync();

        if (died == "closing, not arrived")
        {
            // The close is proven not to have arrived and is not repeated; the reverse ends without entering, with the old position as it
            // was.
            await rig.StatusAsync(reverse, "REJECTED", 45);
            at.Positions.Single().BrokerPositionId.ShouldBe(old);
            at.Ledger.ShouldBeEmpty();
            return;
        }
        await rig.StatusAsync(reverse, "FILLED", 30);
        var position = at.Positions.Single();
        (position.Side, position.Quantity).ShouldBe((Side.Sell, 1m));
        at.Ledger.Count.ShouldBe(2);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

}
