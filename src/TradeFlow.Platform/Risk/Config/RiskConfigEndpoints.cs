using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
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
        JsonElement body, TenantContext tenant, TenantDb db, KeyIndex keys, RedisBus bus, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (config, errors, accounts) = await db.RunSqlAsync(async connection =>
        {
            // Two changes at once: the second starts from what the first left.
            await ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('risk.config ' || $1, 0))", tenant.Tenant, connection, ct);
            var before = await RiskConfigStore.FindAsync(tenant.Tenant, connection, ct);
            var (wanted, faults) = RiskConfigReading.Read(body, before);
            if (faults.Count > 0) return (before, faults, (List<AccountId>)[]);
            var after = wanted.ChangedFrom(before, now);
            await RiskConfigStore.SaveAsync(tenant.Tenant, after, now, connection, ct);
            var raised = await RaiseVersionsAsync(connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "risk.changed", null, RiskJson.Changes(RiskConfigView.Of(before), RiskConfigView.Of(after)), connection, ct);
            return (after, faults, raised);
        }, ct);
        if (errors.Count > 0) return Problem.Invalid(errors);
        foreach (var account in accounts)
        {
            await keys.ReloadAsync(account);
            bus.Publish(Topics.AccountChanged, account.ToString());
        }
        return TypedResults.Ok(RiskConfigView.Of(config));
    }

    private static async Task<List<AccountId>> RaiseVersionsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with mine as (select id from accounts.accounts where deleted_at is null order by id for update)
            update accounts.accounts a set version = a.version + 1 from mine where a.id = mine.id returning a.id
            """, connection);
        List<AccountId> raised = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) raised.Add(new AccountId(row.GetGuid(0)));
        return raised;
    }

    private static async Task ExecuteAsync(string sql, TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(tenant.ToString());
        await command.ExecuteNonQueryAsync(ct);
    }
}
