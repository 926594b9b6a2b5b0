using Microsoft.AspNetCore.Identity;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="IsSynced">Kept by a password manager on several devices, and not by one device alone.</param>
internal sealed record PasskeyView(Guid Id, string Name, bool IsSynced, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>tenancy.passkeys.</summary>
internal sealed class PasskeyStore(Database database)
{
    private const string Columns =
        "public_key, created_at, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up, credential_id, name";

    /// <returns>False when the device has it already, for whomever.</returns>
    public static async Task<bool> AddAsync(
        Guid id, Guid user, string name, UserPasskeyInfo passkey, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into tenancy.passkeys (id, user_id, credential_id, name, public_key, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (credential_id) do nothing
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(passkey.CredentialId);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(passkey.PublicKey);
        command.Parameters.AddWithValue((long)passkey.SignCount);
        command.Parameters.AddWithValue(passkey.Transports ?? []);
        command.Parameters.AddWithValue(passkey.IsUserVerified);
        command.Parameters.AddWithValue(passkey.IsBackupEligible);
        command.Parameters.AddWithValue(passkey.IsBackedUp);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Writes down that it has signed.</summary>
    /// <returns>Its id; <c>null</c> when it has ended a ceremony before that began no earlier, or is gone.</returns>
    public async Task<Guid?> UseAsync(Guid user, UserPasskeyInfo passkey, DateTimeOffset began, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update tenancy.passkeys set sign_count = $3, is_backed_up = $4, last_used_at = now(), last_began_at = $5
            where user_id = $1 and credential_id = $2 and (last_began_at is null or last_began_at < $5) returning id
            """);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(passkey.CredentialId);
        command.Parameters.AddWithValue((long)passkey.SignCount);
        command.Parameters.AddWithValue(passkey.IsBackedUp);
        command.Parameters.AddWithValue(began);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    public async Task<List<PasskeyView>> ListAsync(Guid user, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "select id, name, is_backed_up, created_at, last_used_at from tenancy.passkeys where user_id = $1 order by created_at desc");
        command.Parameters.AddWithValue(user);
        List<PasskeyView> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new PasskeyView(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<DateTimeOffset>(3),
                await row.IsDBNullAsync(4, ct) ? null : row.GetFieldValue<DateTimeOffset>(4)));
        return found;
    }

    /// <summary>As Identity has it.</summary>
    /// <param name="credential">One of them; <c>null</c> for all.</param>
    public async Task<List<UserPasskeyInfo>> OfAsync(Guid user, byte[]? credential, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            $"select {Columns} from tenancy.passkeys where user_id = $1 and ($2::bytea is null or credential_id = $2)");
        command.Parameters.AddWithValue(user);
        command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea, Value = (object?)credential ?? DBNull.Value });
        List<UserPasskeyInfo> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        // What the device said of itself when it was made is not kept: no attestation is asked for.
        while (await row.ReadAsync(ct))
            found.Add(new UserPasskeyInfo(row.GetFieldValue<byte[]>(7), row.GetFieldValue<byte[]>(0), row.GetFieldValue<DateTimeOffset>(1),
                (uint)row.GetInt64(2), row.GetFieldValue<string[]>(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6), [],
                []) { Name = row.GetString(8) });
        return found;
    }

    public async Task<Guid?> OwnerOfAsync(byte[] credential, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select user_id from tenancy.passkeys where credential_id = $1");
        command.Parameters.AddWithValue(credential);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    /// <summary>With it end the sessions that it has opened, but for the one that asks.</summary>
    public static async Task<bool> RemoveAsync(Guid id, Guid user, Guid session, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with gone as (delete from tenancy.passkeys where id = $1 and user_id = $2 returning id),
                 ended as (update tenancy.sessions set revoked_at = now(), revoked_reason = 'its passkey was removed'
                           where passkey_id in (select id from gone) and id <> $3 and revoked_at is null)
            select count(*) from gone
            """, connection);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(session);
        return await command.ExecuteScalarAsync(ct) is 1L;
    }
}
