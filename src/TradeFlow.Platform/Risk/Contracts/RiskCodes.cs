namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>Stable codes of refusals by a risk rule.</summary>
public static class RiskCodes
{
    public const string DailyLoss = "risk.daily_loss";
    public const string TradingHours = "risk.trading_hours";
    public const string TradesPerDay = "risk.trades_per_day";
    public const string OpenPositions = "risk.open_positions";
    public const string DeniedInstrument = "risk.denied_instrument";
    public const string NewsLockout = "risk.news_lockout";

    /// <summary>The rules could not be evaluated, so that no entry passes.</summary>
    public const string NotEvaluated = "risk.not_evaluated";
}
