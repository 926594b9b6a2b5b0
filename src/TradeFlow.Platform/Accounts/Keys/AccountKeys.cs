using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>The API key of an account in plain text, for whoever puts it into an address that its owner is shown.</summary>
[OpenToModules]
internal sealed class AccountKeys(TenantDb db, TenantContext tenant, StoredKeys keys)
{
    /// <returns><c>null</c> when the tenant has no such account.</returns>
    public Task<string?> FindAsync(AccountId account, CancellationToken ct) =>
        db.RunSqlAsync(connection => keys.FindAsync(connection, tenant.Tenant, account, KeyScope.Api, ct), ct);
}
