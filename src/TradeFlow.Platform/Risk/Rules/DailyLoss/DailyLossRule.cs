using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Days;

namespace TradeFlow.Platform.Risk.Rules.DailyLoss;

/// <summary>No entry once the accounts of this currency have lost the limit today: realised net of fees, and floating.</summary>
internal sealed class DailyLossRule : IRiskRule
{
    public string Code => RiskCodes.DailyLoss;

    public int Order => 1;

    public RuleVerdict Decide(EntryFacts facts) => facts.Config.MaxDailyLoss is { } limit
        ? new RuleVerdict.Counted(Measure.LossOfDay, limit, $"Daily loss limit reached: {MoneyText.Of(limit, facts.Currency)}",
            facts.Config.DayStart(facts.At))
        : new RuleVerdict.Passed();
}
