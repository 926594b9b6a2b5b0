using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Forms;
using TradeFlow.Platform.Risk.Config;
using TradeFlow.Platform.Risk.CoolDown;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Risk.Rules.Own;

/// <summary>Shows and changes the rules that have settings of their own.</summary>
internal static class RuleEndpoints
{
    /// <param name="Code">As a refusal by it has it.</param>
    /// <param name="About">What it does.</param>
    /// <param name="Schema">A JSON Schema of the settings, from which a form can be drawn.</param>
    /// <param name="Settings">What holds now. What waits for the next trading day stands in <c>pending</c> of the limits.</param>
    internal sealed record View(string Code, string Title, string About, JsonObject Schema, JsonObject Settings);

    internal static async Task<Ok<IReadOnlyList<View>>> List(
        RuleList rules, TenantContext tenant, TenantDb db, TimeProvider clock, CancellationToken ct)
    {
        var own =
            await db.RunSqlAsync(connection => OwnSettingsStore.HoldingAsync(tenant.Tenant, clock.GetUtcNow(), rules, connection, ct), ct);
        return TypedResults.Ok<IReadOnlyList<View>>(
            [.. rules.Rules.Select(rule => (rule.Code, Form: rules.FormOf(rule))).Where(rule => rule.Form is not null)
                .Select(rule => ViewOf(rule.Code, rule.Form!, own[rule.Code]))]);
    }

    /// <summary>
    /// Raises the version of every account of the tenant in the same commit: whoever decides on the old settings is told to read again.
    /// </summary>
    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Put(
        string code, JsonElement body, HttpContext http, RuleList rules, TenantContext tenant, TenantDb db, LimitsChanged changed,
        FreshProof proof, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        if (rules.Rules.FirstOrDefault(rule => rule.Code == code) is not { } found || rules.FormOf(found) is not { } form)
            return Problem.NotFound();
        var refusal = await proof.RefusalAsync(http, ct);
        var now = clock.GetUtcNow();
        var (errors, isRefused, accounts) = await db.RunSqlAsync(async connection =>
        {
            await LimitsChanged.TakeTurnAsync(tenant.Tenant, connection, ct);
            var before = (await OwnSettingsStore.SavedAsync(tenant.Tenant, now, connection, ct)).GetValueOrDefault(code)
                ?? OwnSettingsStore.Nothing;
            var (values, faults) = form.Read(body, before);
            if (faults.Count > 0) return (faults, false, (IReadOnlyList<AccountId>)[]);
            var isLooser = found.IsLooser(form.Of(before), form.Of(values));
            if (refusal is not null && isLooser) return (faults, true, []);
            if (isLooser && await RiskConfigStore.FindAsync(tenant.Tenant, now, connection, ct) is { CooldownEnabled: true } config)
            {
                var waiting = new WaitingChange(
                    code, IsOfRule: true, JsonSerializer.SerializeToElement(values, RulesJson.Default.DictionaryStringString), now,
                    config.DayEnd(now));
                // What has waited before and holds by now: the new one takes its place.
                await OwnSettingsStore.SaveAsync(tenant.Tenant, code, new(before), now, connection, ct);
                await WaitingChanges.KeepAsync(tenant.Tenant, waiting, connection, ct);
                await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.change_waits", code, RiskJson.Of(waiting), connection, ct);
            }
            else
            {
                await WaitingChanges.DropAsync(tenant.Tenant, [code], connection, ct);
                await OwnSettingsStore.SaveAsync(tenant.Tenant, code, values, now, connection, ct);
                await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.rule_changed", code, Change(form, before, values), connection, ct);
            }
            return (faults, false, await LimitsChanged.RaiseVersionsAsync(connection, ct));
        }, ct);
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (isRefused) return refusal!; // it is what was refused by
        await changed.TellAsync(accounts);
        var own = await db.RunSqlAsync(connection => OwnSettingsStore.HoldingAsync(tenant.Tenant, now, rules, connection, ct), ct);
        return TypedResults.Ok(ViewOf(code, form, own[code]));
    }

    private static View ViewOf(string code, OwnForm form, OwnSettings settings) =>
        new(code, form.Title, form.About, FormSchema.Of(form.Title, null, form.Fields), settings.ToJson(form.Fields));

    private static string Change(OwnForm form, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        new JsonObject { ["from"] = form.Of(before).ToJson(form.Fields), ["to"] = form.Of(after).ToJson(form.Fields) }.ToJsonString();
}
