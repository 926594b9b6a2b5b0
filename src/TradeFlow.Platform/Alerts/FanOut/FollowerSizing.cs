using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.FanOut;

/// <summary>Makes the signal of a strategy that of one account: in its own size, or in the signal's, multiplied.</summary>
internal static class FollowerSizing
{
    private const string Quantity = "qty";

    public static void Apply(AlertReading alert, Follower follower, StrategyMark mark)
    {
        if (alert.Intent is not { } intent) return;
        var own = intent with { Strategy = mark, Factor = follower.Multiplier == 1 ? null : follower.Multiplier };
        if (RuleOf(follower.Size) is { } size)
        {
            // How much of the strategy's position a part of it is, is not known of an account with a size of its own: it gets out of all.
            if (intent.Action == TradeAction.Close) own = own with { Qty = null };
            else if (!intent.IsExit) own = own with { Qty = null, Size = size };
            // The message need not say what the account knows.
            if (alert.Gaps is { } gaps) alert.Gaps = gaps with { Size = null, BareSize = null };
        }
        alert.Intent = own;
    }

    private static SizeRule? RuleOf(FollowerSize? size) =>
        size is null ? null
        : size.Mode == Quantity ? new SizeRule(SizeMode.Quantity, size.Value)
        : SizeWords.Modes.Find(size.Mode) is { } mode ? new SizeRule(mode, size.Value) : null;
}
