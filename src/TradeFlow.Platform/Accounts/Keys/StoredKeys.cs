using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>The keys of accounts as PostgreSQL has them, in the caller's transaction.</summary>
internal sealed class StoredKeys(ApiKeys keys, TimeProvider clock)
{
    /// <returns>The key in plain text; <c>null</c> when the tenant has no such account, or the account no such key.</returns>
    public async Task<string?> FindAsync(
        NpgsqlConnection connection, TenantId tenant, AccountId account, KeyScope scope, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select k.key_sealed from accounts.api_keys k join accounts.accounts a on a.id = k.account_id and a.deleted_at is null
            where k.account_id = $1 and k.scope = $2
            """, connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(scope.Name);
        return await command.ExecuteScalarAsync(ct) is byte[] found ? keys.Open(found, tenant, account, scope) : null;
    }

    /// <returns>The id of the key.</returns>
    public async Task<Guid> AddAsync(
        NpgsqlConnection connection, string key, TenantId tenant, AccountId account, KeyScope scope, CancellationToken ct)
    {
        var id = NewId.At(clock);
        await using var command = new NpgsqlCommand("""
            insert into accounts.api_keys (id, tenant_id, account_id, scope, key_hash, key_sealed, masked, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(scope.Name);
        command.Parameters.AddWithValue(keys.Hash(key, scope));
        command.Parameters.AddWithValue(keys.Seal(key, tenant, account, scope));
        command.Parameters.AddWithValue(ApiKeys.Mask(key));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
        return id;
    }

    /// <summary>Puts a new key in the place of the old one, if there was one. The account's row is locked meanwhile.</summary>
    /// <returns>The key and its id; <c>null</c> when the tenant has no such account.</returns>
    public async Task<(string Key, Guid Id)?> ReplaceAsync(
        NpgsqlConnection connection, TenantId tenant, AccountId account, KeyScope scope, CancellationToken ct)
    {
        string? broker;
        const string locked = "select broker from accounts.accounts where id = $1 and deleted_at is null for update";
        await using (var command = new NpgsqlCommand(locked, connection))
        {
            command.Parameters.AddWithValue(account.Value);
            broker = (string?)await command.ExecuteScalarAsync(ct);
        }
        if (broker is null) return null;
        await using (var old = new NpgsqlCommand("delete from accounts.api_keys where account_id = $1 and scope = $2", connection))
        {
            old.Parameters.AddWithValue(account.Value);
            old.Parameters.AddWithValue(scope.Name);
            await old.ExecuteNonQueryAsync(ct);
        }
        var made = ApiKeys.Make(broker, account, scope);
        return (made, await AddAsync(connection, made, tenant, account, scope, ct));
    }
}
