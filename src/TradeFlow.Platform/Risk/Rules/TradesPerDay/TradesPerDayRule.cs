using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules.TradesPerDay;

/// <summary>So many entries a trading day, of those that a broker took and those on their way.</summary>
internal sealed class TradesPerDayRule : IRiskRule
{
    public string Code => RiskCodes.TradesPerDay;

    public int Order => 3;

    public RuleVerdict Decide(EntryFacts facts) => facts.Config.MaxTradesPerDay is { } limit
        ? new RuleVerdict.Counted(Measure.TradesOfDay, limit, $"Daily trade limit reached: {limit} trades", facts.Config.DayStart(facts.At))
        : new RuleVerdict.Passed();
}
