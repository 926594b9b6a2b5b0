using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Risk.Rules;

/// <summary>
/// One rule for entries that needs to know neither size nor prices. A class that implements it in a folder of <c>Rules/</c> is all that a
/// rule needs: <see cref="RuleList"/> finds it, and a test runs the <c>cases.json</c> beside it.
/// </summary>
internal interface IRiskRule : IRule
{
    RuleVerdict Decide(EntryFacts facts);
}

/// <summary>All that a rule may look at. What has to be counted it asks for with <see cref="RuleVerdict.Counted"/>.</summary>
internal sealed record EntryFacts
{
    public required RiskConfig Config { get; init; }

    /// <summary>When the signal came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The symbol by every name that is known of it: the sender's first, then the broker's. Canonical.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The account's currency.</summary>
    public required string Currency { get; init; }
    public required CalendarView News { get; init; }
}
