using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class OrderPricesTests
{
    private static readonly Instrument Eurusd = Make("EURUSD", 0.00001m, "forex", 100_000);

    internal static Instrument Make(
        string symbol, decimal tick, string assetClass, decimal contractSize, decimal step = 0.01m, decimal? tickValue = null,
        string quote = "USD") => new()
        {
            Symbol = symbol,
            BrokerSymbol = symbol,
            TickSize = tick,
            TickValue = tickValue,
            QuantityStep = step,
            MinQuantity = step,
            ContractSize = contractSize,
            QuoteCurrency = quote,
            QuantityUnit = step >= 1 ? QuantityUnit.Contracts : QuantityUnit.Lots,
            AssetClass = assetClass,
        };

    [Fact]
    public void The_designs_own_vector_holds()
    {
        var plan = Resolve(TradeSide.Buy, 1.0899m, 1.0900m, new PriceRule(PriceMode.Price, 1.0850m), new PriceRule(PriceMode.Rr, 2));

        plan.Errors.ShouldBeEmpty();
        plan.Entry.ShouldBe(1.0900m);
        plan.StopLoss.ShouldBe(1.0850m);
        plan.TakeProfit.ShouldBe(1.1000m);
    }

    [Theory]
    [InlineData(TradeSide.Buy, PriceMode.Pips, 20, 1.0880, 1.0920)]
    [InlineData(TradeSide.Sell, PriceMode.Pips, 20, 1.0919, 1.0879)]
    [InlineData(TradeSide.Buy, PriceMode.Ticks, 50, 1.0895, 1.0905)]
    [InlineData(TradeSide.Sell, PriceMode.Ticks, 50, 1.0904, 1.0894)]
    [InlineData(TradeSide.Buy, PriceMode.Percent, 1, 1.0791, 1.1009)]
    [InlineData(TradeSide.Sell, PriceMode.Percent, 1, 1.1008, 1.0790)]
    public void Distances_count_from_the_ask_for_a_buy_and_the_bid_for_a_sell(
        TradeSide side, PriceMode mode, double value, double stop, double target)
    {
        var rule = new PriceRule(mode, (decimal)value);

        var plan = Resolve(side, 1.0899m, 1.0900m, rule, rule);

        plan.Errors.ShouldBeEmpty();
        plan.StopLoss!.Value.ShouldBe((decimal)stop, 0.00002m);
        plan.TakeProfit!.Value.ShouldBe((decimal)target, 0.00002m);
    }

    [Theory]
    [InlineData("EURUSD", 0.00001, "forex", 0.0001)]
    [InlineData("USDJPY", 0.001, "forex", 0.01)]
    [InlineData("EURUSD", 0.0001, "forex", 0.0001)]
    [InlineData("XAUUSD", 0.01, "metal", 0.1)]
    [InlineData("US30", 0.1, "index", 1)]
    [InlineData("MES", 0.25, "future", 0.25)]
    public void A_pip_is_what_traders_of_it_call_a_pip(string symbol, double tick, string assetClass, double pip) =>
        Pips.Of(Make(symbol, (decimal)tick, assetClass, 1)).ShouldBe((decimal)pip);

    [Theory]
    [InlineData(TradeSide.Buy, 1.0899, null, "intent.sl.value")]
    [InlineData(TradeSide.Buy, 1.0950, null, "intent.sl.value")]
    [InlineData(TradeSide.Sell, 1.0900, null, "intent.sl.value")]
    [InlineData(TradeSide.Buy, null, 1.0900, "intent.tp.value")]
    [InlineData(TradeSide.Sell, null, 1.0899, "intent.tp.value")]
    [InlineData(TradeSide.Sell, null, 1.2, "intent.tp.value")]
    public void A_price_on_the_wrong_side_of_the_market_is_named(TradeSide side, double? stop, double? target, string field)
    {
        var plan = Resolve(side, 1.0899m, 1.0900m,
            stop is { } sl ? new PriceRule(PriceMode.Price, (decimal)sl) : null,
            target is { } tp ? new PriceRule(PriceMode.Price, (decimal)tp) : null);

        plan.Errors.Keys.ShouldBe([field]);
    }

    [Theory]
    [InlineData(TradeSide.Sell, 25.0, null, "intent.sl.value")]
    [InlineData(TradeSide.Buy, 25.0, null, "intent.sl.value")]
    [InlineData(TradeSide.Buy, 0.5, null, "intent.sl.value")]
    [InlineData(TradeSide.Buy, null, 40.0, "intent.tp.value")]
    [InlineData(TradeSide.Buy, null, 1.6351, "intent.tp.value")]
    public void A_distance_in_the_place_of_a_price_is_asked_whether_it_is_pips(TradeSide side, double? stop, double? target, string field)
    {
        var plan = Resolve(side, 1.0899m, 1.0900m,
            stop is { } sl ? new PriceRule(PriceMode.Price, (decimal)sl) : null,
            target is { } tp ? new PriceRule(PriceMode.Price, (decimal)tp) : null);

        plan.Errors.Keys.ShouldBe([field]);
        plan.Errors[field][0].ShouldContain("Were pips meant?");
    }

    [Theory]
    [InlineData(0.546, null)]
    [InlineData(null, 1.634)]
    public void Half_of_the_market_away_is_a_price(double? stop, double? target) => Resolve(TradeSide.Buy, 1.0899m, 1.0900m,
        stop is { } sl ? new PriceRule(PriceMode.Price, (decimal)sl) : null,
        target is { } tp ? new PriceRule(PriceMode.Price, (decimal)tp) : null).Errors.ShouldBeEmpty();

    [Fact]
    public void A_multiple_of_the_risk_without_a_stop_is_an_error() =>
        Resolve(TradeSide.Buy, 1.0899m, 1.09m, null, new PriceRule(PriceMode.Rr, 2)).Errors.Keys.ShouldBe(["intent.tp"]);

    [Fact]
    public void A_limit_order_counts_from_its_own_price_and_needs_no_quote()
    {
        var intent = new TradeIntent { Action = TradeAction.Open, Side = TradeSide.Buy, Symbol = "EURUSD", Type = TradeType.Limit,
            Price = 1.080004m, StopLoss = new PriceRule(PriceMode.Pips, 10), TakeProfit = new PriceRule(PriceMode.Rr, 3) };

        OrderPrices.NeedsQuote(intent).ShouldBeFalse();
        var plan = OrderPrices.Resolve(intent, Eurusd, TradeSide.Buy, null, null);

        (plan.Price, plan.StopLoss, plan.TakeProfit).ShouldBe((1.08000m, 1.07900m, 1.08300m));
    }

    [Fact]
    public void Whatever_is_accepted_is_on_the_grid_and_on_its_side()
    {
        var random = new Random(20261122);
        var accepted = 0;
        for (var run = 0; run < 20_000; run++)
        {
            decimal[] ticks = [0.00001m, 0.001m, 0.01m, 0.25m, 0.1m, 5m];
            var tick = ticks[random.Next(ticks.Length)];
            var bid = tick * random.Next(1000, 200_000);
            var ask = bid + (tick * random.Next(0, 20));
            var side = random.Next(2) == 0 ? TradeSide.Buy : TradeSide.Sell;
            var intent = new TradeIntent
            {
                Action = TradeAction.Open, Side = side, Symbol = "X", StopLoss = Rule(bid, tick), TakeProfit = Rule(bid, tick)
            };

            var plan = OrderPrices.Resolve(intent, Make("X", tick, "future", 1), side, bid, ask);

            if (!plan.IsSound) continue;
            accepted++;
            var up = side == TradeSide.Buy ? 1 : -1;
            var (entry, exit) = side == TradeSide.Buy ? (ask, bid) : (bid, ask);
            if (plan.StopLoss is { } stop) (stop % tick == 0 && (exit - stop) * up > 0 && stop > 0).ShouldBeTrue($"{run}: stop {stop}");
            if (plan.TakeProfit is { } target) (target % tick == 0 && (target - entry) * up > 0).ShouldBeTrue($"{run}: target {target}");
        }
        accepted.ShouldBeGreaterThan(1000);

        PriceRule? Rule(decimal price, decimal tick) => random.Next(5) switch
        {
            0 => null,
            1 => new PriceRule(PriceMode.Price, price * (0.9m + ((decimal)random.NextDouble() * 0.2m))),
            2 => new PriceRule(PriceMode.Ticks, random.Next(0, 400)),
            3 => new PriceRule(PriceMode.Percent, (decimal)random.NextDouble() * 150),
            _ => new PriceRule(PriceMode.Rr, random.Next(0, 5)),
        };
    }

    private static PricePlan Resolve(TradeSide side, decimal bid, decimal ask, PriceRule? stop, PriceRule? target) =>
        OrderPrices.Resolve(new TradeIntent
        {
            Action = TradeAction.Open, Side = side, Symbol = "EURUSD", StopLoss = stop, TakeProfit = target
        }, Eurusd, side, bid, ask);
}
