using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What holds for every size, whatever the instrument: a failing case is named by its seed.</summary>
public sealed class SizePropertyTests
{
    private const int Runs = 20_000;

    [Fact]
    public void A_computed_size_never_costs_more_than_was_asked_and_one_step_more_would()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (instrument, entry, stop) = Case(random);
            var money = Math.Round((decimal)(random.NextDouble() * 20_000), 2) + 0.01m;
            var percent = Math.Round((decimal)random.NextDouble() * 5, 2) + 0.01m;
            var rate = random.Next(4) == 0 ? 1m / random.Next(2, 200) : (decimal)random.NextDouble() + 0.01m;
            var facts = new SizeFacts { Instrument = instrument, Equity = 50_000, Rate = rate, Entry = entry, StopLoss = stop };
            var (rule, budget, perUnit) = random.Next(3) switch
            {
                0 => (new SizeRule(SizeMode.RiskMoney, money), money,
                    Math.Abs(entry - stop) / instrument.TickSize * TickValue(instrument) * rate),
                1 => (new SizeRule(SizeMode.RiskPercent, percent), 50_000 * percent / 100,
                    Math.Abs(entry - stop) / instrument.TickSize * TickValue(instrument) * rate),
                _ => (new SizeRule(SizeMode.EquityPercent, percent), 50_000 * percent / 100,
                    entry / instrument.TickSize * TickValue(instrument) * rate),
            };

            switch (OrderSize.Resolve(null, rule, facts))
            {
                case SizeAnswer.Sized { Quantity: var qty }:
                    (qty % instrument.QuantityStep).ShouldBe(0, $"seed {seed}");
                    qty.ShouldBeGreaterThanOrEqualTo(instrument.MinQuantity, $"seed {seed}");
                    // A rate such as 1/150 has no end in decimals: a millionth of the budget is rounding, not risk.
                    (qty * perUnit).ShouldBeLessThanOrEqualTo(budget * 1.000001m, $"seed {seed}");
                    ((qty + instrument.QuantityStep) * perUnit).ShouldBeGreaterThan(budget * 0.999999m, $"seed {seed}");
                    break;
                case SizeAnswer.Refused { Code: OrderCodes.BelowMinimum } refused:
                    (instrument.MinQuantity * perUnit).ShouldBeGreaterThan(budget * 0.999999m, $"seed {seed}: {refused.Reason}");
                    refused.Reason.ShouldContain($"{instrument.MinQuantity:0.########}");
                    break;
                case SizeAnswer.Refused other:
                    other.Reason.ShouldContain("largest order", customMessage: $"seed {seed}");
                    break;
            }
        }
    }

    [Fact]
    public void The_factor_of_the_account_never_rounds_up_and_never_off_the_step()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (instrument, _, _) = Case(random);
            var qty = instrument.MinQuantity + (random.Next(0, 500) * instrument.QuantityStep);
            var factor = Math.Round((decimal)random.NextDouble() * 3, 4) + 0.0001m;

            if (OrderSize.Resolve(qty, null,
                new SizeFacts { Instrument = instrument with { MaxQuantity = null }, Multiplier = factor }) is not SizeAnswer.Sized sized)
                continue;

            (sized.Quantity % instrument.QuantityStep).ShouldBe(0, $"seed {seed}");
            sized.Quantity.ShouldBeLessThanOrEqualTo(qty * factor, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("EURUSD", "USD", "USD", 1.0)]
    [InlineData("USDJPY", "JPY", "USD", 0.005)] // 1 / 200
    [InlineData("EURGBP", "GBP", "EUR", 1.25)]
    [InlineData("USDJPY", "JPY", "EUR", 0.0045454545454545)] // over the dollar: 1/200 / 1.1
    [InlineData("EURUSD", null, "USD", 1.0)] // the pair itself tells
    [InlineData("XAUSEK", "SEK", "USD", null)]
    [InlineData("EURUSD", "USD", "CHF", null)]
    [InlineData("NAS100", null, "USD", null)]
    public async Task A_currency_is_converted_by_the_brokers_own_pairs_or_not_at_all(
        string symbol, string? quoted, string own, double? expected)
    {
        var prices = new Dictionary<string, decimal> { ["EURUSD"] = 1.1m, ["USDJPY"] = 200m, ["GBPEUR"] = 1.25m };
        var instrument = OrderPricesTests.Make(symbol, 0.00001m, symbol == "NAS100" ? "index" : "forex",
            100_000) with { QuoteCurrency = quoted };

        var rate = await CurrencyRate.FindAsync(instrument, own,
            pair => Task.FromResult(prices.TryGetValue(pair, out var price) ? price : (decimal?)null));

        if (expected is { } number) rate!.Value.ShouldBe((decimal)number, 0.0000001m);
        else rate.ShouldBeNull();
    }

    [Fact]
    public async Task A_tick_value_without_a_currency_is_the_accounts_own() =>
        (await CurrencyRate.FindAsync(OrderPricesTests.Make("NAS100", 0.1m, "index", 1, tickValue: 0.1m) with { QuoteCurrency = null },
            "EUR", _ => Task.FromResult<decimal?>(null))).ShouldBe(1);

    private static decimal TickValue(Instrument instrument) => instrument.TickValue ?? instrument.TickSize * instrument.ContractSize;

    private static (Instrument Instrument, decimal Entry, decimal Stop) Case(Random random)
    {
        var (instrument, entry) = random.Next(5) switch
        {
            0 => (OrderPricesTests.Make("EURUSD", 0.00001m, "forex", 100_000), 1 + (random.Next(0, 50_000) * 0.00001m)),
            1 => (OrderPricesTests.Make("USDJPY", 0.001m, "forex", 100_000, quote: "JPY"), 100 + (random.Next(0, 90_000) * 0.001m)),
            2 => (OrderPricesTests.Make("MES", 0.25m, "future", 5, step: 1, tickValue: 1.25m), 4000 + (random.Next(0, 8000) * 0.25m)),
            3 => (OrderPricesTests.Make("CL", 0.01m, "future", 1000, step: 1, tickValue: 10m), 50 + (random.Next(0, 5000) * 0.01m)),
            _ => (OrderPricesTests.Make("XAUUSD", 0.01m, "metal", 100, step: 0.05m), 1800 + (random.Next(0, 90_000) * 0.01m)),
        };
        instrument = instrument with { MinQuantity = instrument.QuantityStep * random.Next(1, 5), MaxQuantity = random.Next(3) == 0
            ? instrument.QuantityStep * 1000 : null };
        var distance = random.Next(1, 4000) * instrument.TickSize;
        return (instrument, entry, random.Next(2) == 0 || entry <= distance ? entry + distance : entry - distance);
    }
}
