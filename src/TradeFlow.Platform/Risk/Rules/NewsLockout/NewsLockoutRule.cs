using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules.NewsLockout;

/// <summary>
/// No entry shortly before an event of high impact on one of the symbol's currencies, and none while nobody knows what is coming.
/// </summary>
internal sealed class NewsLockoutRule : IRiskRule
{
    public string Code => RiskCodes.NewsLockout;

    public int Order => 6;

    public RuleVerdict Decide(EntryFacts facts)
    {
        if (!facts.Config.NewsLockoutEnabled) return new RuleVerdict.Passed();
        if (facts.News.LockFor(facts.Names, facts.At) is { } coming)
        {
            var minutes = (coming.At - facts.At).TotalMinutes;
            return new RuleVerdict.Denied(minutes > 0
                ? $"News lockout: {coming.Title} in {Math.Ceiling(minutes):0} minutes"
                : $"News lockout: {coming.Title} {Math.Floor(-minutes):0} minutes ago");
        }
        return facts.News.ProblemAt(facts.At) is { } problem
            ? new RuleVerdict.Denied($"News lockout: {problem}") : new RuleVerdict.Passed();
    }
}
