using Npgsql;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>The API key of an account in plain text, for whoever puts it into an address that its owner is shown.</summary>
internal sealed class AccountKeys(TenantDb db, TenantContext tenant, ApiKeys keys)
{
    /// <returns><c>null</c> when the tenant has no such account.</returns>
    public async Task<string?> FindAsync(AccountId account, CancellationToken ct)
    {
        var stored = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                "select k.key_sealed from accounts.api_keys k join accounts.accounts a on a.id = k.account_id and a.deleted_at is null where k.account_id = $1", connection);
            command.Parameters.AddWithValue(account.Value);
            return (byte[]?)await command.ExecuteScalarAsync(ct);
        }, ct);
        return stored is null ? null : keys.Open(stored, tenant.Tenant, account);
    }
}
