using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>
/// Adds to an intent what its message leaves to the settings of the account. Where a setting is needed and not made, the fault names it:
/// nothing is guessed. It may run again when the settings have changed.
/// </summary>
internal static class AccountDefaults
{
    public static void Apply(AlertReading alert, AccountContext account)
    {
        if (alert is not { Gaps: { } gaps, Intent: { } intent }) return;
        var stop = gaps.StopLoss is null ? intent.StopLoss : RuleOf(gaps.StopLoss, alert, account);
        var target = gaps.TakeProfit is null ? intent.TakeProfit : RuleOf(gaps.TakeProfit, alert, account);
        var size = SizeOf(gaps, alert, account) ?? (gaps is { Size: null, BareSize: null } ? intent.Size : null);
        if (size?.Mode is SizeMode.RiskPercent or SizeMode.RiskMoney && stop is null && gaps.StopLoss is null)
            alert.Fault(alert.AsSent("intent.sl"), $"The size is measured by the distance to the stop ({(size.Mode == SizeMode.RiskPercent ? "risk_percent" : "risk_money")}): give a stop.");
        if (size is { Mode: SizeMode.RiskPercent, Value: > 100 })
            alert.Fault(gaps.BareSize?.Field ?? alert.AsSent("intent.size"), "It is a percentage: the most is 100.");
        alert.Intent = intent with { StopLoss = stop, TakeProfit = target, Size = size };
    }

    private static SizeRule? SizeOf(AccountGaps gaps, AlertReading alert, AccountContext account)
    {
        if (gaps is { Size: null, BareSize: null }) return null;
        if (account.DefaultSize is { } setting && SizeWords.Modes.Find(setting.Mode) is { } mode)
            return new SizeRule(mode, gaps.BareSize?.Value ?? setting.Value);
        alert.Fault(gaps.BareSize?.Field ?? gaps.Size!, gaps.BareSize is null // one of the two is there
            ? "The message names no size, and the account has none of its own: set default_size in the account's settings (Accounts, Message defaults)."
            : "The number alone does not say what it measures: set default_size in the account's settings (Accounts, Message defaults); its mode is that of this number.");
        return null;
    }

    private static PriceRule? RuleOf(BareNumber bare, AlertReading alert, AccountContext account)
    {
        if (account.StopUnit is { } unit && SizeWords.StopUnits.Find(unit) is { } mode) return new PriceRule(mode, bare.Value);
        alert.Fault(bare.Field, "The number alone does not say whether it is pips, a price or a percentage: set stop_unit in the account's settings (Accounts, Message defaults).");
        return null;
    }
}
