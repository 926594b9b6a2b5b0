using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class TargetCrashTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Theory]
    [InlineData("planned")]
    [InlineData("planned for another position")]
    [InlineData("closing, arrived")]
    [InlineData("closed")]
    [InlineData("entering, arrived")]
    public async Task A_flip_is_finished_by_the_next_worker_from_wherever_it_was_and_no_step_runs_twice(string died)
    {
        var broker = new ScriptedBroker();
        await using var rig = await TradingRig.StartAsync(platform, broker, run: false);
        var account = await rig.AccountAsync();
        var at = broker.Of(account.Id);
        var old = at.OpenByHand("EURUSD", Side.Buy, 1);
        var order = await rig.SendAsync(account, Intents.Target(-1, 1));
        var dead = await rig.EpochAsync(account);
        var intent = Intents.Target(-1, 1);
        var plan = died == "planned for another position"
            ? intent with { Action = TradeAction.Open, Exactly = 0.25m }
            : intent with { Action = TradeAction.Reverse, Qty = 1 };
        await rig.Orders.PlanAsync(await rig.RowAsync(order), dead, plan, false, null, default);
        if (!died.StartsWith("planned", StringComparison.Ordinal))
        {
            var leg = new OrderId(Guid.CreateVersion7());
            await rig.Orders.AddLegAsync(await rig.RowAsync(order), leg, "close", "EURUSD",
                new TradeIntent { Action = TradeAction.Close, Symbol = "EURUSD", BrokerPositionId = old }, null, default);
            await rig.Get<OrderClaims>().ClaimAsync(await rig.RowAsync(leg), dead,
                new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "SELL", Qty = 1, BrokerPositionId = old, PositionQty = 1 });
            await at.ClosePositionAsync(new ClosePosition { ClientOrderId = ClientOrderId.For(leg), BrokerPositionId = old,
                Instrument = broker.Instruments["EURUSD"], PositionSide = Side.Buy }, default);
            if (died != "closing, arrived")
                await rig.Get<OrderSettlements>().SettleAsync(leg.Value, new Settlement("FILLED") { Filled = 1 });
        }
        if (died == "entering, arrived")
        {
            await rig.Get<OrderClaims>()
                .ClaimAsync(await rig.RowAsync(order), dead, new ResolvedOrder { BrokerSymbol = "EURUSD.R", Side = "SELL", Qty = 1 });
            await at.PlaceAsync(new PlaceOrder { ClientOrderId = ClientOrderId.For(order), Instrument = broker.Instruments["EURUSD"],
                Side = Side.Sell, Type = OrderType.Market, Quantity = 1 }, default);
        }

        await rig.RunAsync();

        await rig.StatusAsync(order, "FILLED", 30);
        var position = at.Positions.Single();
        (position.Side, position.Quantity).ShouldBe((Side.Sell, 1m));
        at.Ledger.Count.ShouldBe(2);
        (await rig.TradesAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task A_target_that_the_broker_was_not_asked_for_is_found_anew_and_sent_once()
    {
        await using var rig = await TradingRig.StartAsync(platform);
        var account = await rig.AccountAsync(at => at.Next(Move.NotSent));
        await rig.HoldsAsync(account);

        (await rig.RunAsync(account, Intents.Target(1, 0))).Status.ShouldBe("FILLED");

        rig.Broker.Of(account.Id).Ledger.Count.ShouldBe(1);
    }

}
