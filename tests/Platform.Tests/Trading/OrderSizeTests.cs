using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Tests.Trading;

public sealed class OrderSizeTests
{
    private static readonly Instrument Eurusd = OrderPricesTests.Make("EURUSD", 0.00001m, "forex", 100_000);
    private static readonly Instrument Mes = OrderPricesTests.Make("MES", 0.25m, "future", 5, step: 1, tickValue: 1.25m);

    [Theory]
    // 1 % of 10,000 is 100; the stop is 50 pips away, 500 a lot.
    [InlineData(SizeMode.RiskPercent, 1, 0.20)]
    [InlineData(SizeMode.RiskMoney, 100, 0.20)]
    [InlineData(SizeMode.RiskMoney, 129, 0.25)]
    [InlineData(SizeMode.Units, 12_345, 0.12)]
    // 50 % of 10,000 buys 5,000 / 1.09 = 4,587 euros.
    [InlineData(SizeMode.EquityPercent, 50, 0.04)]
    public void Computed_sizes_are_rounded_down_to_the_step(SizeMode mode, double value, double lots) =>
        Size(new SizeRule(mode, (decimal)value), Facts(Eurusd)).ShouldBe((decimal)lots);

    [Fact]
    public void Futures_count_by_the_value_of_their_tick() =>
        // 20 points are 80 ticks, 100 a contract: 450 pays four.
        Size(new SizeRule(SizeMode.RiskMoney, 450), Facts(Mes) with { Entry = 5000, StopLoss = 4980 }).ShouldBe(4);

    [Fact]
    public void Another_quote_currency_is_converted() =>
        // 0.5 yen distance × 100,000 = 50,000 yen a lot = 333.33 dollars at 150.
        Size(new SizeRule(SizeMode.RiskMoney, 1000), Facts(OrderPricesTests.Make("USDJPY", 0.001m, "forex", 100_000, quote: "JPY")) with
        {
            Rate = 1 / 150m, Entry = 150, StopLoss = 149.5m
        }).ShouldBe(3m);

    [Fact]
    public void A_size_below_the_minimum_is_refused_with_the_numbers()
    {
        var refused = OrderSize.Resolve(null, new SizeRule(SizeMode.RiskMoney, 1), Facts(Eurusd)).ShouldBeOfType<SizeAnswer.Refused>();

        refused.Code.ShouldBe(OrderCodes.BelowMinimum);
        refused.Reason.ShouldContain("0.002");
        refused.Reason.ShouldContain("0.01");
    }

    [Fact]
    public void Risk_without_a_stop_names_the_stop() =>
        OrderSize.Resolve(null, new SizeRule(SizeMode.RiskPercent, 1), Facts(Eurusd) with { StopLoss = null })
            .ShouldBeOfType<SizeAnswer.Refused>().Errors.Keys.ShouldBe(["intent.sl"]);

    [Fact]
    public void An_unknown_rate_is_refused_rather_than_taken_as_one() =>
        OrderSize.Resolve(null, new SizeRule(SizeMode.RiskPercent, 1), Facts(Eurusd) with { Rate = null })
            .ShouldBeOfType<SizeAnswer.Refused>().Code.ShouldBe(OrderCodes.NoRate);

    [Theory]
    [InlineData(0.015, "0.01 or 0.02")]
    [InlineData(0.004, "use 0.01")]
    public void A_named_quantity_is_never_rounded(double qty, string hint)
    {
        var refused = OrderSize.Resolve((decimal)qty, null, Facts(Eurusd)).ShouldBeOfType<SizeAnswer.Refused>();

        refused.Code.ShouldBe(OrderCodes.SignalInvalid);
        refused.Errors["intent.qty"][0].ShouldContain(hint);
    }

    [Theory]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(0.03, 1.5, 0.04)]
    public void The_accounts_factor_scales_and_rounds_down(double qty, double factor, double expected) =>
        ((SizeAnswer.Sized)OrderSize.Resolve((decimal)qty, null, Facts(Eurusd) with { Multiplier = (decimal)factor })).Quantity
            .ShouldBe((decimal)expected);

    [Fact]
    public void More_than_the_largest_order_is_refused() =>
        OrderSize.Resolve(60, null, Facts(Eurusd with { MaxQuantity = 50 })).ShouldBeOfType<SizeAnswer.Refused>().Code
            .ShouldBe(OrderCodes.SignalInvalid);

    [Fact]
    public void Risk_is_never_above_what_was_asked()
    {
        var random = new Random(7);
        for (var run = 0; run < 20_000; run++)
        {
            var entry = 1 + (decimal)random.NextDouble();
            var facts = Facts(Eurusd) with
            {
                Entry = entry, StopLoss = entry - (random.Next(1, 50_000) * 0.00001m), Rate = (decimal)(random.NextDouble() + 0.01)
            };
            var money = (decimal)(random.NextDouble() * 5000) + 0.01m;

            if (OrderSize.Resolve(null, new SizeRule(SizeMode.RiskMoney, money), facts) is not SizeAnswer.Sized sized) continue;

            (sized.Quantity % 0.01m).ShouldBe(0);
            (sized.Quantity * (entry - facts.StopLoss!.Value) * 100_000 * facts.Rate!.Value).ShouldBeLessThanOrEqualTo(money + 0.000001m);
        }
    }

    private static decimal Size(SizeRule rule, SizeFacts facts) =>
        OrderSize.Resolve(null, rule, facts).ShouldBeOfType<SizeAnswer.Sized>().Quantity;

    private static SizeFacts Facts(Instrument instrument) =>
        new() { Instrument = instrument, Equity = 10_000, Rate = 1, Entry = 1.0900m, StopLoss = 1.0850m };
}
