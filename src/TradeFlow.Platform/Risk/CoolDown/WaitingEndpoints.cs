using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>Takes back what waits for the next trading day.</summary>
internal static class WaitingEndpoints
{
    /// <summary>Asks for no proof: what holds now goes on.</summary>
    internal static async Task<Results<Ok<RiskConfigView>, ProblemHttpResult>> Withdraw(
        string limit, TenantContext tenant, TenantDb db, RuleList rules, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var view = await db.RunSqlAsync(async connection =>
        {
            await LimitsChanged.TakeTurnAsync(tenant.Tenant, connection, ct);
            var now = clock.GetUtcNow();
            var waiting = await WaitingChanges.ListAsync(tenant.Tenant, now, connection, ct);
            if (waiting.FirstOrDefault(change => change.Limit == limit) is not { } found) return null;
            await WaitingChanges.DropAsync(tenant.Tenant, [limit], connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.change_withdrawn", limit, RiskJson.Of(found), connection, ct);
            return await RiskConfigEndpoints.ViewAsync(tenant.Tenant, now, rules, connection, ct);
        }, ct);
        return view is null ? Problem.NotFound() : TypedResults.Ok(view);
    }
}
