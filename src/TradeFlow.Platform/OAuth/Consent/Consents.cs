using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>A consent of a person, in one of their tenants.</summary>
internal sealed record Granted(Guid User, Guid Tenant, Guid App);

/// <summary>What people have let programs do, as an authorization asks for it: before any tenant is known, so as the system role.</summary>
internal sealed class Consents(Database database, TimeProvider clock)
{
    /// <summary>The consent of whoever sits at the browser, in the tenant that their session is in.</summary>
    /// <returns>Whether somebody is signed in there, and their consent when it covers all that is asked for.</returns>
    public async Task<(bool SignedIn, Granted? Granted)> OfBrowserAsync(
        byte[] browser, Guid app, IReadOnlyCollection<string> scopes, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select s.user_id, s.tenant_id, g.scopes from oauth.browsers b
            join tenancy.sessions s on s.id = b.session_id and s.revoked_at is null and s.expires_at > now()
            join tenancy.users u on u.id = s.user_id and u.disabled_at is null
            join tenancy.memberships m on m.user_id = s.user_id and m.tenant_id = s.tenant_id
            left join oauth.grants g on g.user_id = s.user_id and g.tenant_id = s.tenant_id and g.app_id = $2
                and g.type = 'permanent' and g.status = 'valid'
            where b.hash = $1 and b.expires_at > now()
            """);
        command.Parameters.AddWithValue(browser);
        command.Parameters.AddWithValue(app);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return (false, null);
        var covers = reader.TextOrNull(2) is { } given && OAuthJson.SetOf(given).IsSupersetOf(scopes);
        return (true, covers ? new Granted(reader.GetGuid(0), reader.GetGuid(1), app) : null);
    }

    /// <summary>Begins a log-in with the program, under a consent that still stands and covers it.</summary>
    /// <returns>What its tokens hang on, and the person; <c>null</c> when the consent does not stand.</returns>
    public async Task<Guid?> BeginAsync(Granted granted, IReadOnlyCollection<string> scopes, CancellationToken ct)
    {
        var id = NewId.At(clock);
        await using var command = database.System.CreateCommand("""
            insert into oauth.grants (id, tenant_id, user_id, app_id, created_at, type, status, subject, scopes, concurrency_token)
            select $1, g.tenant_id, g.user_id, g.app_id, $5, 'ad-hoc', 'valid', g.subject, $6, gen_random_uuid()::text
            from oauth.grants g join tenancy.users u on u.id = g.user_id and u.disabled_at is null
            join tenancy.memberships m on m.user_id = g.user_id and m.tenant_id = g.tenant_id
            where g.user_id = $2 and g.tenant_id = $3 and g.app_id = $4 and g.type = 'permanent' and g.status = 'valid'
                and g.scopes::jsonb @> $6::jsonb
            """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(granted.User);
        command.Parameters.AddWithValue(granted.Tenant);
        command.Parameters.AddWithValue(granted.App);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(JsonSerializer.Serialize(scopes, OAuthJson.Default.IReadOnlyCollectionString));
        return await command.ExecuteNonQueryAsync(ct) == 1 ? id : null;
    }

    /// <summary>Remembers which session the browser was in when somebody let a program in from there.</summary>
    public async Task RememberAsync(byte[] browser, Guid session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            insert into oauth.browsers (hash, session_id, expires_at) select $1, id, expires_at from tenancy.sessions where id = $2
            on conflict (hash) do update set session_id = excluded.session_id, expires_at = excluded.expires_at
            """);
        command.Parameters.AddWithValue(browser);
        command.Parameters.AddWithValue(session);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Writes the consent down, in the transaction of the caller; what was consented to before is kept beside it.</summary>
    public async Task<Guid> WriteAsync(
        Granted granted, IReadOnlyCollection<string> scopes, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into oauth.grants as g (id, tenant_id, user_id, app_id, created_at, type, status, subject, scopes, concurrency_token)
            values ($1, $2, $3, $4, $5, 'permanent', 'valid', $3::text, $6, gen_random_uuid()::text)
            on conflict (tenant_id, user_id, app_id) where type = 'permanent' and status = 'valid' do update
                set concurrency_token = excluded.concurrency_token,
                scopes = (select jsonb_agg(distinct s)::text from jsonb_array_elements(g.scopes::jsonb || excluded.scopes::jsonb) s)
            returning id
            """, connection);
        command.Parameters.AddWithValue(NewId.At(clock));
        command.Parameters.AddWithValue(granted.Tenant);
        command.Parameters.AddWithValue(granted.User);
        command.Parameters.AddWithValue(granted.App);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(NpgsqlDbType.Text, JsonSerializer.Serialize(scopes, OAuthJson.Default.IReadOnlyCollectionString));
        return (Guid)(await command.ExecuteScalarAsync(ct))!; // the insert returns one row
    }
}
