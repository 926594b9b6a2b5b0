using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>
/// Shows the key of an account's alerts, or makes a new one. The old one is dead at the commit: recording a signal compares the account's
/// version.
/// </summary>
internal static class KeyEndpoints
{
    internal sealed record KeyView(string ApiKey);

    internal sealed record NewKeyView(string ApiKey, string Warning);

    internal static async Task<Results<Ok<KeyView>, ProblemHttpResult>> Reveal(
        Guid id, TenantContext tenant, TenantDb db, StoredKeys keys, AuditLog audit, CancellationToken ct)
    {
        var key = await db.RunSqlAsync(async connection =>
        {
            var found = await keys.FindAsync(connection, tenant.Tenant, new AccountId(id), KeyScope.Api, ct);
            if (found is not null)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "account.key_revealed", id.ToString(), null, connection, ct);
            return found;
        }, ct);
        return key is null ? Problem.NotFound() : TypedResults.Ok(new KeyView(key));
    }

    internal static async Task<Results<Ok<NewKeyView>, ProblemHttpResult>> Regenerate(
        Guid id, TenantContext tenant, TenantDb db, StoredKeys keys, KeyIndex index, RedisBus bus, AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        var key = await db.RunSqlAsync(async connection =>
        {
            if (await keys.ReplaceAsync(connection, tenant.Tenant, account, KeyScope.Api, ct) is not var (made, _)) return null;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.key_regenerated", id.ToString(), null, connection, ct);
            return made;
        }, ct);
        if (key is null) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(new NewKeyView(key, "Update TradingView webhooks with new API key"));
    }
}
