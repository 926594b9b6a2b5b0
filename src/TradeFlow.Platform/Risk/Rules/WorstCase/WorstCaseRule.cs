using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules.Own;

namespace TradeFlow.Platform.Risk.Rules.WorstCase;

/// <summary>
/// No entry that could take the day's loss over its limit if every stop were hit, its own among them. What has no stop counts as the
/// settings say.
/// </summary>
internal sealed class WorstCaseRule : IPricedRule
{
    public string Code => "risk.worst_case";

    public int Order => 1;

    public bool IsOn(RiskConfig config, OwnSettings settings) => settings.IsSet("enabled") && config.MaxDailyLoss is not null;

    // What counts as less lets more through; without a number it is refused.
    public bool IsLooser(OwnSettings before, OwnSettings after) => before.IsSet("enabled") && (!after.IsSet("enabled")
        || (after.Number("without_stop") is { } now && (before.Number("without_stop") is not { } then || now < then)));

    public RuleVerdict Decide(PricedFacts facts)
    {
        var left = Math.Max(0, facts.Config.MaxDailyLoss!.Value - facts.LossOfDay).Trimmed(); // it is off without a limit
        if ((facts.Risk ?? facts.Settings.Number("without_stop")) is not { } own) return Unknown("This trade", left);
        var risk = own;
        foreach (var open in facts.Open)
        {
            if ((open.Money ?? facts.Settings.Number("without_stop")) is not { } money) return Unknown(open.Symbol, left);
            risk += money;
        }
        risk = decimal.Round(risk, 2, MidpointRounding.AwayFromZero).Trimmed();
        return risk > left
            ? new RuleVerdict.Denied(
                $"Would risk {MoneyText.Of(risk, facts.Currency)} of {MoneyText.Of(left, facts.Currency)} left today", left, risk)
            : new RuleVerdict.Passed(left, risk);
    }

    private static RuleVerdict.Denied Unknown(string what, decimal left) =>
        new($"{what} has no stop whose loss is known, and your risk settings do not say what it counts as", left);
}
