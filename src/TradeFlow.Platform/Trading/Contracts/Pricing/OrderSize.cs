using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Contracts.Pricing;

/// <summary>What a size is computed from besides the signal.</summary>
public sealed record SizeFacts
{
    public required Instrument Instrument { get; init; }

    /// <summary>The account's factor: every quantity of a signal is multiplied by it.</summary>
    public decimal Multiplier { get; init; } = 1;

    /// <summary>Equity in the account's currency.</summary>
    public decimal? Equity { get; init; }

    /// <summary>
    /// Units of the account's currency for one unit of the instrument's quote currency; <c>null</c> when it is not known.
    /// </summary>
    public decimal? Rate { get; init; }
    public decimal? Entry { get; init; }
    public decimal? StopLoss { get; init; }
}

/// <summary>A quantity that fits the instrument, or why there is none.</summary>
public abstract record SizeAnswer
{
    private SizeAnswer() { }

    public sealed record Sized(decimal Quantity) : SizeAnswer;

    public sealed record Refused(string Code, string Reason, IReadOnlyDictionary<string, string[]> Errors) : SizeAnswer;
}

/// <summary>
/// Finds the quantity of an order. Computed sizes are rounded down to the step, a quantity that the sender named is never rounded silently.
/// Pure.
/// </summary>
public static class OrderSize
{
    public static SizeAnswer Resolve(decimal? qty, SizeRule? rule, SizeFacts facts) =>
        rule is not null ? ByRule(rule, facts)
        : qty is { } named ? Named(named, facts)
        : Invalid("intent.qty", "Give a qty or a size.");

    /// <summary>What is lost between the entry and the stop, in the account's currency.</summary>
    /// <param name="rate">Units of the account's currency for one of the quote currency.</param>
    /// <returns><c>null</c> without a stop, or when nobody can tell.</returns>
    public static decimal? LossAtStop(Instrument instrument, decimal qty, PricePlan prices, decimal? rate) =>
        prices is { Entry: { } entry, StopLoss: { } stop } && rate is { } known
            ? Math.Round(Math.Abs(entry - stop) / instrument.TickSize * TickValue(instrument) * known * qty, 8)
            : null;

    private static SizeAnswer Named(decimal qty, SizeFacts facts)
    {
        var step = facts.Instrument.QuantityStep;
        qty = Grid.Meant(qty, step);
        if (qty <= 0) return Invalid("intent.qty", "The quantity must be above zero.");
        if (!Grid.Fits(qty, step)) return Invalid("intent.qty", OffStep(qty, facts.Instrument));
        // The factor is ours, so what it makes is rounded here; the sender's own number is not.
        return Fit(facts.Multiplier == 1 ? qty : Grid.Down(qty * facts.Multiplier, step), qty * facts.Multiplier, "intent.qty",
            facts.Instrument);
    }

    private static SizeAnswer ByRule(SizeRule rule, SizeFacts facts)
    {
        const string field = "intent.size";
        if (rule.Value <= 0) return Invalid(field + ".value", "The size must be above zero.");
        var instrument = facts.Instrument;
        if (rule.Mode == SizeMode.Quantity) return Rounded(rule.Value * facts.Multiplier);
        if (rule.Mode == SizeMode.Units)
            return Rounded(
                (instrument.QuantityUnit == QuantityUnit.Units ? rule.Value : rule.Value / instrument.ContractSize) * facts.Multiplier);
        if (facts.Rate is not { } rate)
            return new SizeAnswer.Refused(OrderCodes.NoRate,
                $"{instrument.QuoteCurrency ?? "The currency of " + instrument.Symbol} could not be converted to the account's currency, so the size is not known. Nothing was sent; give a qty.",
                NoErrors);
        if (rule.Mode is SizeMode.RiskPercent or SizeMode.EquityPercent && facts.Equity is not > 0)
            return Invalid(field, "The account's equity is not known yet.");
        if (facts.Entry is not { } entry) return Invalid("intent.symbol", "There is no price now to compute the size from.");
        if (rule.Mode == SizeMode.EquityPercent)
        {
            // Contract value in the account's currency, from the tick value where the broker names one: it may differ from tick × contract
            // size.
            var notional = entry / instrument.TickSize * TickValue(instrument) * rate;
            return Rounded(facts.Equity!.Value * rule.Value / 100 / notional * facts.Multiplier); // equity was checked above
        }
        if (facts.StopLoss is not { } stop || stop == entry)
            return Invalid("intent.sl", $"{Name(rule.Mode)} is measured by the stop: give an sl.");
        var money = rule.Mode == SizeMode.RiskMoney ? rule.Value : facts.Equity!.Value * rule.Value / 100; // equity was checked above
        var lossPerUnit = Math.Abs(entry - stop) / instrument.TickSize * TickValue(instrument) * rate;
        return Rounded(money / lossPerUnit * facts.Multiplier);

        // A rate such as 1/150 has no end: without the inner rounding what should be 3 lots comes out a hair below, and a step too small.
        SizeAnswer Rounded(decimal exact) => Fit(Grid.Down(Math.Round(exact, 12), instrument.QuantityStep), exact, field, instrument);
    }

    private static SizeAnswer Fit(decimal rounded, decimal exact, string field, Instrument instrument)
    {
        if (rounded < instrument.MinQuantity || rounded <= 0)
            return new SizeAnswer.Refused(OrderCodes.BelowMinimum,
                $"The size comes out at {exact:0.########} {Unit(instrument)}; the smallest order of {instrument.Symbol} is {instrument.MinQuantity:0.########}.",
                NoErrors);
        if (instrument.MaxQuantity is { } max && rounded > max)
            return Invalid(field,
                $"{rounded:0.########} is above the largest order of {instrument.Symbol}, {max:0.########} {Unit(instrument)}.");
        return new SizeAnswer.Sized(rounded);
    }

    /// <summary>Names the nearest quantities that fit.</summary>
    public static string OffStep(decimal qty, Instrument instrument)
    {
        var step = instrument.QuantityStep;
        var below = Grid.Down(qty, step);
        var above = Grid.Up(qty, step);
        var use = below >= instrument.MinQuantity
            ? $"{below:0.########} or {above:0.########}" : $"{Math.Max(above, instrument.MinQuantity):0.########}";
        return $"{qty:0.##########} is not a multiple of {step:0.########} {Unit(instrument)}; use {use}.";
    }

    private static decimal TickValue(Instrument instrument) => instrument.TickValue ?? instrument.TickSize * instrument.ContractSize;

    private static string Unit(Instrument instrument) => instrument.QuantityUnit switch
    {
        QuantityUnit.Lots => "lots",
        QuantityUnit.Contracts => "contracts",
        _ => "units",
    };

    private static string Name(SizeMode mode) => mode == SizeMode.RiskMoney ? "risk_money" : "risk_percent";

    private static readonly Dictionary<string, string[]> NoErrors = [];

    private static SizeAnswer.Refused Invalid(string field, string message) =>
        new(OrderCodes.SignalInvalid, message, new Dictionary<string, string[]> { [field] = [message] });
}
