using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>The rows of the connectors' small stores, each value sealed for exactly its account and key.</summary>
internal static class StoredState
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, SecretBox box, TenantId tenant, AccountId account, IReadOnlyDictionary<string, string> values,
        CancellationToken ct)
    {
        foreach (var (key, value) in values)
        {
            await using var command = new NpgsqlCommand("""
                insert into connectors.connector_state (account_id, key, tenant_id, sealed) values ($1, $2, $3, $4)
                on conflict (account_id, key) do update set sealed = excluded.sealed, updated_at = now()
                """, connection);
            command.Parameters.AddWithValue(account.Value);
            command.Parameters.AddWithValue(key);
            command.Parameters.AddWithValue(tenant.Value);
            command.Parameters.AddWithValue(box.Seal(tenant, value, OwnerOf(tenant, account, key)));
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public static async Task ForgetAsync(NpgsqlConnection connection, AccountId account, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from connectors.connector_state where account_id = $1", connection);
        command.Parameters.AddWithValue(account.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static string OwnerOf(TenantId tenant, AccountId account, string key) => $"connector_state:{tenant}:{account}:{key}";
}
