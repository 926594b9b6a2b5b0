using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>What a mailed link is for.</summary>
internal enum MailPurpose
{
    /// <summary>Mails to the address of a person reach them.</summary>
    Verify,

    /// <summary>Another address becomes that of the person.</summary>
    Email,

    /// <summary>A new password for one that is lost.</summary>
    Reset,
}

/// <summary>What a link has proven.</summary>
internal sealed record MailProof(Guid User, MailPurpose Purpose, string Email, string NormalizedEmail);

/// <summary>What became of a token that was shown.</summary>
internal abstract record MailTokenResult
{
    private MailTokenResult() { }

    public sealed record Taken(MailProof Proof) : MailTokenResult;

    public sealed record Used : MailTokenResult;

    /// <summary>Its time is over, or a newer one has taken its place.</summary>
    public sealed record Expired : MailTokenResult;

    public sealed record Unknown : MailTokenResult;
}

/// <summary>The tokens of mailed links (<c>tenancy.mail_tokens</c>): a hash is kept, and each works once.</summary>
internal sealed class MailTokens(TimeProvider clock)
{
    public const int MostInAnHour = 5;

    private static readonly Dictionary<MailPurpose, (string Name, string Prefix, TimeSpan Valid)> Kinds = new()
    {
        [MailPurpose.Verify] = ("verify", OpaqueToken.VerifyPrefix, TimeSpan.FromHours(24)),
        [MailPurpose.Email] = ("email", OpaqueToken.VerifyPrefix, TimeSpan.FromHours(24)),
        [MailPurpose.Reset] = ("reset", OpaqueToken.ResetPrefix, TimeSpan.FromMinutes(30)),
    };

    /// <summary>A new token. But for the first proof of an address, it ends those from before.</summary>
    public async Task<string> MakeAsync(MailProof proof, NpgsqlConnection connection, CancellationToken ct)
    {
        var (name, prefix, valid) = Kinds[proof.Purpose];
        var token = OpaqueToken.Make(prefix);
        await using var command = new NpgsqlCommand("""
            with older as (
                update tenancy.mail_tokens set expires_at = least(expires_at, $6)
                where user_id = $2 and purpose = $3 and purpose <> 'verify' and used_at is null)
            insert into tenancy.mail_tokens (hash, user_id, purpose, email, normalized_email, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
            """, connection);
        command.Parameters.AddWithValue(OpaqueToken.Hash(token));
        command.Parameters.AddWithValue(proof.User);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(proof.Email);
        command.Parameters.AddWithValue(proof.NormalizedEmail);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(clock.GetUtcNow() + valid);
        await command.ExecuteNonQueryAsync(ct);
        return token;
    }

    /// <summary>Uses it up, in the caller's transaction: two at the same moment do not both get it.</summary>
    public async Task<MailTokenResult> TakeAsync(string? token, MailPurpose[] purposes, NpgsqlConnection connection, CancellationToken ct)
    {
        if (token is null) return new MailTokenResult.Unknown();
        var hash = OpaqueToken.Hash(token);
        await using (var take = new NpgsqlCommand("""
            update tenancy.mail_tokens set used_at = $3 where hash = $1 and purpose = any ($2) and used_at is null and expires_at > $3
            returning user_id, purpose, email, normalized_email
            """, connection))
        {
            AddTo(take, hash, purposes);
            take.Parameters.AddWithValue(clock.GetUtcNow());
            await using var row = await take.ExecuteReaderAsync(ct);
            if (await row.ReadAsync(ct))
                return new MailTokenResult.Taken(new MailProof(row.GetGuid(0), PurposeOf(row.GetString(1)), row.GetString(2),
                    row.GetString(3)));
        }
        await using var look = new NpgsqlCommand(
            "select used_at is not null from tenancy.mail_tokens where hash = $1 and purpose = any ($2)", connection);
        AddTo(look, hash, purposes);
        return await look.ExecuteScalarAsync(ct) switch
        {
            true => new MailTokenResult.Used(),
            false => new MailTokenResult.Expired(),
            _ => new MailTokenResult.Unknown(),
        };
    }

    /// <summary>Whether the person was sent as many as are sent in an hour.</summary>
    public async Task<bool> AreManyAsync(Guid user, MailPurpose purpose, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) >= $4 from tenancy.mail_tokens where user_id = $1 and purpose = $2 and created_at > $3", connection);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(Kinds[purpose].Name);
        command.Parameters.AddWithValue(clock.GetUtcNow() - TimeSpan.FromHours(1));
        command.Parameters.AddWithValue(MostInAnHour);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static void AddTo(NpgsqlCommand command, byte[] hash, MailPurpose[] purposes)
    {
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(purposes.Select(purpose => Kinds[purpose].Name).ToArray());
    }

    private static MailPurpose PurposeOf(string name) => Kinds.Single(kind => kind.Value.Name == name).Key;
}
