using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>Reads and changes the limits.</summary>
internal static class RiskConfigEndpoints
{
    internal static async Task<Ok<RiskConfigView>> Get(TenantContext tenant, TenantDb db, CancellationToken ct) =>
        TypedResults.Ok(RiskConfigView.Of(await db.RunSqlAsync(connection => RiskConfigStore.FindAsync(tenant.Tenant, connection, ct), ct)));

    /// <summary>Raises the version of every account of the tenant in the same commit: whoever decides on the old limits is told to read again.</summary>
    internal static async Task<Results<Ok<RiskConfigView>, ProblemHttpResult>> Put(
        JsonElement body, HttpContext http, TenantContext tenant, TenantDb db, LimitsChanged changed, FreshProof proof, AuditLog audit, TimeProvider clock,
        CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var refusal = await proof.RefusalAsync(http, ct);
        var (config, errors, isRefused, accounts) = await db.RunSqlAsync(async connection =>
        {
            await LimitsChanged.TakeTurnAsync(tenant.Tenant, connection, ct);
            var before = await RiskConfigStore.FindAsync(tenant.Tenant, connection, ct);
            var (wanted, faults) = RiskConfigReading.Read(body, before);
            if (faults.Count > 0) return (before, faults, false, (IReadOnlyList<AccountId>)[]);
            if (refusal is not null && wanted.IsLooserThan(before)) return (before, faults, true, []);
            var after = wanted.ChangedFrom(before, now);
            await RiskConfigStore.SaveAsync(tenant.Tenant, after, now, connection, ct);
            var raised = await LimitsChanged.RaiseVersionsAsync(connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.changed", null, RiskJson.Changes(RiskConfigView.Of(before), RiskConfigView.Of(after)), connection, ct);
            return (after, faults, false, raised);
        }, ct);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (isRefused) return refusal!; // it is what was refused by
        await changed.TellAsync(accounts);
        return TypedResults.Ok(RiskConfigView.Of(config));
    }
}
