using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>An access token and the refresh token that follows it.</summary>
internal sealed record IssuedTokens(Caller Caller, string AccessToken, string RefreshToken, DateTimeOffset RefreshEnds);

/// <summary>How a refresh ended.</summary>
internal abstract record RefreshOutcome
{
    private RefreshOutcome() { }

    public sealed record Renewed(IssuedTokens Tokens) : RefreshOutcome;

    public sealed record Refused : RefreshOutcome;
}

/// <summary>
/// Sessions and their refresh tokens. Each token works once: using it and making its successor is one statement, so that any number of
/// parallel refreshes make one successor. A second use within ten seconds (the answer was lost) gets the same successor; later it can only
/// be a thief, and the family ends.
/// </summary>
internal sealed class SessionTokens(Database database, SecretBox box, AccessTokenFormat format, SessionGuard guard)
{
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(30);
    private static readonly TimeSpan Idle = TimeSpan.FromDays(7);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Opens a session on the given connection, within its transaction if it has one.</summary>
    /// <param name="caller">The person with the new session.</param>
    /// <param name="passkey">What they proved themselves with; <c>null</c>: a password.</param>
    public async Task<IssuedTokens> OpenAsync(
        Caller caller, Guid? passkey, HttpContext http, NpgsqlConnection connection, CancellationToken ct)
    {
        var refresh = OpaqueToken.Make(OpaqueToken.RefreshPrefix);
        await using var command = new NpgsqlCommand("""
            with opened as (insert into tenancy.sessions (id, tenant_id, user_id, expires_at, ip, user_agent, second_factor_at, proven_at, passkey_id)
                            values ($1, $2, $3, now() + $4, $5, $6, case when $9 then now() end, now(), $10) returning id)
            insert into tenancy.refresh_tokens (hash, session_id, expires_at) select $7, id, now() + $8 from opened returning expires_at
            """, connection);
        command.Parameters.AddWithValue(caller.Session!.Value); // it is about one
        command.Parameters.AddWithValue(caller.Tenant);
        command.Parameters.AddWithValue(caller.User);
        command.Parameters.AddWithValue(Absolute);
        command.Parameters.Add(Text(http.Connection.RemoteIpAddress?.ToString()));
        command.Parameters.Add(
            Text(http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 256)] : null));
        command.Parameters.AddWithValue(OpaqueToken.Hash(refresh));
        command.Parameters.AddWithValue(Idle);
        command.Parameters.AddWithValue(caller.SecondFactor);
        command.Parameters.AddId(passkey);
        var ends = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct))!, TimeSpan.Zero); // the insert returns one row
        return new IssuedTokens(caller, await format.WriteAsync(caller, ct), refresh, ends);
    }

    public async Task<RefreshOutcome> RenewAsync(string refresh, CancellationToken ct)
    {
        if (!OpaqueToken.Is(OpaqueToken.RefreshPrefix, refresh)) return new RefreshOutcome.Refused();
        var hash = OpaqueToken.Hash(refresh);
        var next = OpaqueToken.Make(OpaqueToken.RefreshPrefix);
        return await RotateAsync(hash, next, ct) is { } rotated
            ? await AnswerAsync(rotated.Session, rotated.User, next, rotated.Ends, ct)
            : await SecondUseAsync(hash, ct);
    }

    /// <summary>Ends the session behind a refresh token.</summary>
    /// <returns>Whether the token is one of ours; an unknown one is no error.</returns>
    public async Task<bool> EndByRefreshAsync(string refresh, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with known as (select session_id from tenancy.refresh_tokens where hash = $1),
                 ended as (update tenancy.sessions set revoked_at = now(), revoked_reason = 'logout'
                           where id = (select session_id from known) and revoked_at is null returning 1)
            select exists (select 1 from known), exists (select 1 from ended)
            """);
        command.Parameters.AddWithValue(OpaqueToken.Hash(refresh));
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        // What nobody was logged in with changes nothing that others' answers hang on.
        if (reader.GetBoolean(1)) guard.Forget();
        return reader.GetBoolean(0);
    }

    public async Task EndAsync(Guid session, string reason, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "update tenancy.sessions set revoked_at = now(), revoked_reason = $2 where id = $1 and revoked_at is null");
        command.Parameters.AddWithValue(session);
        command.Parameters.AddWithValue(reason);
        await command.ExecuteNonQueryAsync(ct);
        guard.Forget();
    }

    /// <summary>Ends the sessions in which somebody works in a tenant that they have left.</summary>
    public async Task EndInTenantAsync(Guid user, Guid tenant, string reason, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update tenancy.sessions set revoked_at = now(), revoked_reason = $3 where user_id = $1 and tenant_id = $2 and revoked_at is null
            """);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(reason);
        await command.ExecuteNonQueryAsync(ct);
        guard.Forget();
    }

    /// <summary>The person has proven a second factor in this session; <c>null</c>: in none of theirs any more.</summary>
    public async Task SetSecondFactorAsync(Guid user, Guid? session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            update tenancy.sessions set second_factor_at = case when $2::uuid is not null then now() end
            where user_id = $1 and id = coalesce($2, id) and revoked_at is null and passkey_id is null
            """);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddId(session);
        await command.ExecuteNonQueryAsync(ct);
        guard.Forget();
    }

    /// <summary>What another statement has ended is not trusted any more.</summary>
    public void Forget() => guard.Forget();

    /// <summary>Ends every session of a person but one, for instance after a change of password.</summary>
    public async Task EndOthersAsync(Guid user, Guid keep, string reason, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand(
            "update tenancy.sessions set revoked_at = now(), revoked_reason = $3 where user_id = $1 and id <> $2 and revoked_at is null");
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(keep);
        command.Parameters.AddWithValue(reason);
        await command.ExecuteNonQueryAsync(ct);
        guard.Forget();
    }

    private async Task<(Guid Session, Guid User, DateTimeOffset Ends)?> RotateAsync(byte[] hash, string next, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with used as (
                update tenancy.refresh_tokens r set used_at = now(), successor = $3
                from tenancy.sessions s
                where r.hash = $1 and r.used_at is null and r.expires_at > now() and s.id = r.session_id and s.revoked_at is null and s.expires_at > now()
                returning r.session_id, s.user_id, s.expires_at),
            seen as (update tenancy.sessions set last_seen_at = now() where id = (select session_id from used)),
            made as (insert into tenancy.refresh_tokens (hash, session_id, expires_at)
                     select $2, session_id, least(now() + $4, expires_at) from used returning expires_at)
            select used.session_id, used.user_id, made.expires_at from used, made
            """);
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(OpaqueToken.Hash(next));
        command.Parameters.AddWithValue(box.Seal(null, next, OwnerOf(hash)));
        command.Parameters.AddWithValue(Idle);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2)) : null;
    }

    private async Task<RefreshOutcome> SecondUseAsync(byte[] hash, CancellationToken ct)
    {
        Guid session, user;
        byte[]? successor;
        DateTimeOffset ends;
        // Each step gives its connection back before the next: many parallel refreshes must not wait for each other's second one.
        await using (var command = database.System.CreateCommand("""
            select r.session_id, s.user_id, case when now() - r.used_at <= $2 then r.successor end, s.expires_at
            from tenancy.refresh_tokens r join tenancy.sessions s on s.id = r.session_id
            where r.hash = $1 and r.used_at is not null and s.revoked_at is null
            """))
        {
            command.Parameters.AddWithValue(hash);
            command.Parameters.AddWithValue(Grace);
            await using var reader = await command.ExecuteReaderAsync(ct);
            if (!await reader.ReadAsync(ct)) return new RefreshOutcome.Refused();
            (session, user, ends) = (reader.GetGuid(0), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(3));
            successor = await reader.IsDBNullAsync(2, ct) ? null : reader.GetFieldValue<byte[]>(2);
        }
        if (successor is not null) return await AnswerAsync(session, user, box.OpenText(null, successor, OwnerOf(hash)), ends, ct);
        await EndAsync(session, "refresh token used twice", ct);
        return new RefreshOutcome.Refused();
    }

    private async Task<RefreshOutcome> AnswerAsync(Guid session, Guid user, string refresh, DateTimeOffset ends, CancellationToken ct) =>
        await guard.SessionAsync(session, user, fresh: true, ct) is { } caller
            ? new RefreshOutcome.Renewed(new IssuedTokens(caller, await format.WriteAsync(caller, ct), refresh, ends))
            : new RefreshOutcome.Refused();

    private static string OwnerOf(byte[] hash) => "refresh:" + Convert.ToHexStringLower(hash);

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
