using TradeFlow.Platform.Billing.Contracts;

namespace TradeFlow.Platform.Risk.Contracts;

/// <summary>What a strategy may do on an account. Exits are never held back by it.</summary>
/// <param name="IsActive">False once its owner has switched it off: what the account still holds of it gets its exits.</param>
/// <param name="Place">
/// Of the strategy among those that the tenant has active, the oldest first; <c>null</c> where the plan does not count them.
/// </param>
internal sealed record StrategyUse(bool IsActive, int? Place)
{
    public const string Inactive = "strategy.inactive";

    public static string BeyondPlan(Plan plan) => plan.Limits.Strategies switch
    {
        0 => $"Your plan {plan.Name} has no strategies: this one gets out of what it holds, and enters nothing. Upgrade on the billing page.",
        var limit => $"Your plan {plan.Name} has {limit} {(limit == 1 ? "strategy" : "strategies")}, and this one is beyond that: " +
            "it gets out of what it holds, and enters nothing. Upgrade on the billing page, or switch another one off.",
    };
}
