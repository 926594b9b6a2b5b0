using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Following;

/// <summary>How many strategies a plan has: one that is active on several accounts counts once.</summary>
internal static class StrategyLimit
{
    /// <summary>Why one more would be too many, or <c>null</c>. The caller holds the tenant's plan.</summary>
    public static async Task<ProblemHttpResult?> RefusalAsync(
        Entitlement entitlement, Guid strategy, Wall wall, NpgsqlConnection connection, CancellationToken ct)
    {
        var plan = entitlement.Plan;
        if (plan.Limits.Strategies is not { } limit) return null;
        var used = await WholeTenant.RunAsync(wall, connection, () => UsedAsync(strategy, connection, ct), ct);
        if (used < limit) return null;
        var words = limit == 0
            ? $"Your plan {plan.Name} has no strategies. Upgrade on the billing page to follow one."
            : $"Your plan {plan.Name} has {limit} {(limit == 1 ? "strategy" : "strategies")}. Upgrade on the billing page, or switch one off first.";
        return Problem.Of(StatusCodes.Status402PaymentRequired, BillingProblems.PlanLimitReached, words,
            new Dictionary<string, object?> { ["limit_name"] = "strategies", ["limit"] = limit, ["value"] = used, ["plan"] = plan.Slug });
    }

    private static async Task<int> UsedAsync(Guid strategy, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select count(distinct f.strategy_id)::int from strategies.activations f
            join strategies.strategies s on s.id = f.strategy_id and s.deleted_at is null
            join accounts.accounts a on a.id = f.account_id and a.deleted_at is null
            where f.enabled and f.ended_at is null and f.strategy_id <> $1
            """, connection);
        command.Parameters.AddWithValue(strategy);
        return (int)(await command.ExecuteScalarAsync(ct))!; // a count is never null
    }
}
