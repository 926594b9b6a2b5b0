using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules.OpenPositions;

/// <summary>So many positions at once, as the brokers show them, with the entries that may become one.</summary>
internal sealed class OpenPositionsRule : IRiskRule
{
    public string Code => RiskCodes.OpenPositions;

    public int Order => 4;

    public RuleVerdict Decide(EntryFacts facts) => facts.Config.MaxOpenTrades is { } limit
        ? new RuleVerdict.Counted(Measure.OpenPositions, limit, $"Max open positions: {limit}")
        : new RuleVerdict.Passed();
}
