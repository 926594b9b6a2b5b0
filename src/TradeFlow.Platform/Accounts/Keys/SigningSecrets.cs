using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>
/// The secret with which the senders of an account sign their messages, as PostgreSQL has it: sealed, and beside it the one before while
/// that is taken too.
/// </summary>
internal sealed class SigningSecrets(SecretBox box, TimeProvider clock)
{
    /// <summary>How long the secret before is taken beside a new one, so that a sender that runs can be changed.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <param name="Since">When it was made.</param>
    /// <param name="OldUntil">Until when the one before is taken too.</param>
    internal sealed record State(DateTimeOffset Since, DateTimeOffset? OldUntil);

    /// <returns><c>null</c> when the account has none.</returns>
    public async Task<State?> FindAsync(NpgsqlConnection connection, AccountId account, CancellationToken ct)
    {
        const string found = "select made_at, old_until from accounts.signing_secrets where account_id = $1";
        await using var command = new NpgsqlCommand(found, connection);
        command.Parameters.AddWithValue(account.Value);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        return new State(row.GetFieldValue<DateTimeOffset>(0), row.TimeOrNull(1) is { } until && until > clock.GetUtcNow() ? until : null);
    }

    /// <summary>Makes one, in the place of the one before.</summary>
    /// <param name="keepsOld">The one before is taken for <see cref="Overlap"/> more.</param>
    public async Task<(string Secret, State State)> ReplaceAsync(
        NpgsqlConnection connection, TenantId tenant, AccountId account, bool keepsOld, CancellationToken ct)
    {
        var (secret, now) = (StandardWebhook.MakeSecret(), clock.GetUtcNow());
        await using var command = new NpgsqlCommand("""
            insert into accounts.signing_secrets as s (account_id, tenant_id, sealed, made_at) values ($1, $2, $3, $4)
            on conflict (account_id) do update set sealed = excluded.sealed, made_at = excluded.made_at,
                old_sealed = case when $5::timestamptz is null then null else s.sealed end, old_until = $5
            returning old_until
            """, connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(box.Seal(tenant, secret, OwnerOf(tenant, account)));
        command.Parameters.AddTime(now);
        command.Parameters.AddTime(keepsOld ? now + Overlap : null);
        return (secret, new State(now, await command.ExecuteScalarAsync(ct) is DateTime until ? new DateTimeOffset(until) : null));
    }

    /// <returns>False when there was none.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlConnection connection, AccountId account, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from accounts.signing_secrets where account_id = $1", connection);
        command.Parameters.AddWithValue(account.Value);
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>What a message of the account may be signed with.</summary>
    public SigningKeys Open(TenantId tenant, AccountId account, byte[] current, byte[]? old, DateTimeOffset? oldUntil)
    {
        byte[] KeyOf(byte[] sealedSecret) => StandardWebhook.KeyOf(box.OpenText(tenant, sealedSecret, OwnerOf(tenant, account)));
        return new SigningKeys(KeyOf(current), old is null ? null : KeyOf(old), oldUntil);
    }

    private static string OwnerOf(TenantId tenant, AccountId account) => $"account:{tenant}:{account}:signing-secret";
}
