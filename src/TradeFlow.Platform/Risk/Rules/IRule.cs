using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Rules;

/// <summary>A rule for entries, of either kind: <see cref="IRiskRule"/> or <see cref="IPricedRule"/>.</summary>
internal interface IRule
{
    /// <summary>Its stable code, such as <c>risk.daily_loss</c>.</summary>
    string Code { get; }

    /// <summary>Its place among its kind: the first refusal is the one that is told.</summary>
    int Order { get; }

    /// <summary>
    /// Whether settings of its own let more through than those before: such a change asks for a fresh proof of who makes it. A rule that
    /// does not say takes every change for one.
    /// </summary>
    bool IsLooser(OwnSettings before, OwnSettings after) => true;
}
