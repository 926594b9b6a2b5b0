using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>
/// Paper accounts that the platform keeps for itself, in the caller's transaction: without a key, since no alert is theirs.
/// </summary>
[OpenToModules]
internal sealed class PaperAccounts(SecretBox box, TimeProvider clock)
{
    private const string Broker = "paper";

    public async Task<AccountId> OpenAsync(TenantId tenant, string name, NpgsqlConnection connection, CancellationToken ct)
    {
        var account = new AccountId(NewId.At(clock));
        await using var command = new NpgsqlCommand("""
            with made as (
                insert into accounts.accounts (
                    id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, default_size_mode, default_size_value)
                -- What a message leaves open is entered for as much as the account is worth.
                values ($1, $2, $2, $3, $4, 'demo', $5, 'USD', 'active', 'equity_percent', 100) returning id)
            insert into accounts.account_secrets (account_id, tenant_id, sealed) select $1, $2, $6
            """, connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddText(Broker);
        command.Parameters.AddText(name);
        command.Parameters.AddText($"{Broker}-{account.Value:N}");
        command.Parameters.AddWithValue(Credentials.Seal(box, new Dictionary<string, string>(), tenant, account));
        await command.ExecuteNonQueryAsync(ct);
        return account;
    }

    /// <summary>It is served no more; its history stays.</summary>
    public async Task CloseAsync(AccountId account, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update accounts.accounts set deleted_at = $2, enabled = false, disabled_reason = 'deleted' where id = $1 and deleted_at is null",
            connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddTime(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }
}
