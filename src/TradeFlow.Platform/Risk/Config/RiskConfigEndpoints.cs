using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.CoolDown;
using TradeFlow.Platform.Risk.Rules;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>Reads and changes the limits.</summary>
internal static class RiskConfigEndpoints
{
    internal static async Task<Ok<RiskConfigView>> Get(
        TenantContext tenant, TenantDb db, RuleList rules, TimeProvider clock, CancellationToken ct) =>
            TypedResults.Ok(await db.RunSqlAsync(connection => ViewAsync(tenant.Tenant, clock.GetUtcNow(), rules, connection, ct), ct));

    /// <summary>What holds, and what waits for the next trading day.</summary>
    internal static async Task<RiskConfigView> ViewAsync(
        TenantId tenant, DateTimeOffset now, RuleList rules, NpgsqlConnection connection, CancellationToken ct)
    {
        var config = await RiskConfigStore.FindAsync(tenant, now, connection, ct);
        var waiting = await WaitingChanges.ListAsync(tenant, now, connection, ct);
        return RiskConfigView.Of(config, waiting.Select(change => WaitingView.Of(change, rules)));
    }

    /// <summary>
    /// Raises the version of every account of the tenant in the same commit: whoever decides on the old limits is told to read again.
    /// </summary>
    internal static async Task<Results<Ok<RiskConfigView>, ProblemHttpResult>> Put(
        JsonElement body, HttpContext http, TenantContext tenant, TenantDb db, LimitsChanged changed, FreshProof proof, RuleList rules,
        AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var refusal = await proof.RefusalAsync(http, ct);
        var (view, errors, accounts) = await db.RunSqlAsync(async connection =>
        {
            await LimitsChanged.TakeTurnAsync(tenant.Tenant, connection, ct);
            var before = await RiskConfigStore.FindAsync(tenant.Tenant, now, connection, ct);
            var (wanted, faults) = RiskConfigReading.Read(body, before);
            if (faults.Count > 0) return (null, faults, (IReadOnlyList<AccountId>)[]);
            if (refusal is not null && wanted.IsLooserThan(before)) return (null, faults, []);
            var parts = ChangeParts.Of(before, wanted, now);
            var after = parts.Now.ChangedFrom(before, now);
            await RiskConfigStore.SaveAsync(tenant.Tenant, after, now, connection, ct);
            var raised = await LimitsChanged.RaiseVersionsAsync(connection, ct);
            var changes = RiskJson.Changes(RiskConfigView.Of(before), RiskConfigView.Of(after));
            if (parts.Waiting.Count == 0 || changes != RiskJson.NoChange)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.changed", null, changes, connection, ct);
            await WaitAsync(parts, now, tenant, audit, connection, ct);
            return ((RiskConfigView?)await ViewAsync(tenant.Tenant, now, rules, connection, ct), faults, raised);
        }, ct);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (view is null) return refusal!; // nothing else keeps it from being saved
        await changed.TellAsync(accounts);
        return TypedResults.Ok(view);
    }

    private static async Task WaitAsync(
        ChangeParts parts, DateTimeOffset now, TenantContext tenant, AuditLog audit, NpgsqlConnection connection, CancellationToken ct)
    {
        await WaitingChanges.DropTakenOverAsync(tenant.Tenant, now, connection, ct);
        await WaitingChanges.DropAsync(tenant.Tenant, parts.Settled, connection, ct);
        foreach (var change in parts.Waiting)
        {
            await WaitingChanges.KeepAsync(tenant.Tenant, change, connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.change_waits", change.Limit, RiskJson.Of(change), connection, ct);
        }
    }
}
