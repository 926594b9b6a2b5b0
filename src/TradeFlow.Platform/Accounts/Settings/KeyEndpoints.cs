using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Accounts.Settings;

/// <summary>Shows the key of an account, or makes a new one. The old one is dead at the commit: recording a signal compares the account's version.</summary>
internal static class KeyEndpoints
{
    internal sealed record KeyView(string ApiKey);

    internal sealed record NewKeyView(string ApiKey, string Warning);

    internal static async Task<Results<Ok<KeyView>, ProblemHttpResult>> Reveal(Guid id, TenantContext tenant, TenantDb db, ApiKeys keys, AuditLog audit, CancellationToken ct)
    {
        var stored = await db.RunSqlAsync(async connection =>
        {
            byte[]? found;
            await using (var command = new NpgsqlCommand(
                "select k.key_sealed from accounts.api_keys k join accounts.accounts a on a.id = k.account_id and a.deleted_at is null where k.account_id = $1", connection))
            {
                command.Parameters.AddWithValue(id);
                found = (byte[]?)await command.ExecuteScalarAsync(ct);
            }
            if (found is not null) await audit.WriteAsync(tenant.Tenant, tenant.User, "account.key_revealed", id.ToString(), null, connection, ct);
            return found;
        }, ct);
        return stored is null ? Problem.NotFound() : TypedResults.Ok(new KeyView(keys.Open(stored, tenant.Tenant, new AccountId(id))));
    }

    internal static async Task<Results<Ok<NewKeyView>, ProblemHttpResult>> Regenerate(
        Guid id, TenantContext tenant, TenantDb db, ApiKeys keys, KeyIndex index, RedisBus bus, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var account = new AccountId(id);
        var key = await db.RunSqlAsync(async connection =>
        {
            string? broker;
            await using (var command = new NpgsqlCommand("select broker from accounts.accounts where id = $1 and deleted_at is null for update", connection))
            {
                command.Parameters.AddWithValue(id);
                broker = (string?)await command.ExecuteScalarAsync(ct);
            }
            if (broker is null) return null;
            await using (var old = new NpgsqlCommand("delete from accounts.api_keys where account_id = $1", connection))
            {
                old.Parameters.AddWithValue(id);
                await old.ExecuteNonQueryAsync(ct);
            }
            var made = ApiKeys.Make(broker, account);
            await InsertAsync(connection, made, tenant.Tenant, account, keys, clock, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.key_regenerated", id.ToString(), null, connection, ct);
            return made;
        }, ct);
        if (key is null) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(new NewKeyView(key, "Update TradingView webhooks with new API key"));
    }

    internal static async Task InsertAsync(NpgsqlConnection connection, string key, TenantId tenant, AccountId account, ApiKeys keys, TimeProvider clock, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into accounts.api_keys (id, tenant_id, account_id, key_hash, key_sealed, masked, created_at) values ($1, $2, $3, $4, $5, $6, $7)", connection);
        command.Parameters.AddWithValue(NewId.At(clock));
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(keys.Hash(key));
        command.Parameters.AddWithValue(keys.Seal(key, tenant, account));
        command.Parameters.AddWithValue(ApiKeys.Mask(key));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}
