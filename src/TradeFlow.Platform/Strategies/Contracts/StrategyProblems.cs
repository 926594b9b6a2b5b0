namespace TradeFlow.Platform.Strategies.Contracts;

/// <summary>Stable codes of this module.</summary>
public static class StrategyProblems
{
    /// <summary>The account follows the strategy already.</summary>
    public const string AlreadyActive = "strategy.already_active";
}
