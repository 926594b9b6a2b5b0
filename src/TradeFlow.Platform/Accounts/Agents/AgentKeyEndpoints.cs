using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>
/// Shows the key of an account's terminal, or makes a new one. The old one is dead at the commit: taking a report compares it. An account
/// from before terminals had keys of their own is given one when it is asked for.
/// </summary>
internal static class AgentKeyEndpoints
{
    internal sealed record KeyView(string AgentKey);

    internal sealed record NewKeyView(string AgentKey, string Warning);

    internal static async Task<Results<Ok<KeyView>, ProblemHttpResult>> Reveal(
        Guid id, TenantContext tenant, TenantDb db, StoredKeys keys, KeyIndex index, RedisBus bus, AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        var (key, isNew) = await db.RunSqlAsync(async connection =>
        {
            if (await keys.FindAsync(connection, tenant.Tenant, account, KeyScope.Agent, ct) is not { } found)
                return (await ReplaceAsync("made", account, tenant, keys, audit, connection, ct), true);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.agent_key_revealed", id.ToString(), null, connection, ct);
            return (found, false);
        }, ct);
        if (key is null) return Problem.NotFound();
        if (isNew) await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(new KeyView(key));
    }

    internal static async Task<Results<Ok<NewKeyView>, ProblemHttpResult>> Regenerate(
        Guid id, TenantContext tenant, TenantDb db, StoredKeys keys, KeyIndex index, RedisBus bus, AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        var key = await db.RunSqlAsync(connection => ReplaceAsync("regenerated", account, tenant, keys, audit, connection, ct), ct);
        if (key is null) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(new NewKeyView(key, "Give the terminal its new agent key"));
    }

    /// <returns><c>null</c> when no terminal reports for such an account of the tenant.</returns>
    private static async Task<string?> ReplaceAsync(
        string done, AccountId account, TenantContext tenant, StoredKeys keys, AuditLog audit, NpgsqlConnection connection,
        CancellationToken ct)
    {
        if (await AgentPairing.FindAsync(connection, account, ct) is null) return null;
        if (await keys.ReplaceAsync(connection, tenant.Tenant, account, KeyScope.Agent, ct) is not var (made, id)) return null;
        await AgentPairing.SetKeyAsync(connection, account, id, ct);
        await audit.WriteAsync(tenant.Tenant, tenant.User, $"account.agent_key_{done}", account.ToString(), null, connection, ct);
        return made;
    }
}
