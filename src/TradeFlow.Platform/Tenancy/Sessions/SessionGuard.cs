using System.Collections.Concurrent;
using System.Net;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Asks whether a session or a token of a program still stands. Reads may trust an answer of the last two seconds, so that a dashboard that
/// polls does not cost a query each time; whatever changes something asks afresh.
/// </summary>
internal sealed class SessionGuard : IDisposable
{
    private static readonly TimeSpan ReadsTrust = TimeSpan.FromSeconds(2);
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<string, (Caller? Caller, DateTimeOffset At)> known = new(StringComparer.Ordinal);
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly IDisposable changes;

    public SessionGuard(Database database, RedisBus bus, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        changes = bus.Subscribe(Topics.MembersChanged, _ => Forget());
    }

    public Task<Caller?> SessionAsync(Guid session, Guid user, bool fresh, CancellationToken ct) =>
        AskAsync($"s{session:N}{user:N}", fresh, () => ReadSessionAsync(session, user, ct));

    /// <param name="from">Kept beside the time of use.</param>
    public Task<Caller?> TokenAsync(byte[] hash, IPAddress? from, bool fresh, CancellationToken ct) =>
        AskAsync(KeyOf(hash), fresh, () => ReadTokenAsync(hash, from, ct));

    public Task<Caller?> ProgramAsync(ProgramToken token, bool fresh, IProgramGrants programs, CancellationToken ct) =>
        AskAsync($"p{token.Id:N}{token.Scope}", fresh, async () => await programs.CallerAsync(token.Id, ct) is { } now
            ? new Caller(now.User, now.Tenant, now.TenantRole, now.Accounts, now.PlatformRole, null, token.Scope, SecondFactor: false)
            : null);

    /// <summary>Whether the token was good when this process last asked.</summary>
    public bool HasSeen(byte[] hash) => known.TryGetValue(KeyOf(hash), out var entry) && entry.Caller is not null;

    /// <summary>Forgets what this process knows, after it has changed something itself.</summary>
    public void Forget() => known.Clear();

    private static string KeyOf(byte[] hash) => "t" + Convert.ToHexString(hash);

    private async Task<Caller?> AskAsync(string key, bool fresh, Func<Task<Caller?>> read)
    {
        var now = clock.GetUtcNow();
        if (!fresh && known.TryGetValue(key, out var entry) && now - entry.At < ReadsTrust) return entry.Caller;
        var caller = await read();
        if (known.Count >= MaxEntries) known.Clear();
        known[key] = (caller, now);
        return caller;
    }

    private async Task<Caller?> ReadSessionAsync(Guid session, Guid user, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select s.tenant_id, m.role, u.role, s.second_factor_at is not null and (u.two_factor_enabled or s.passkey_id is not null), m.accounts from tenancy.sessions s
            join tenancy.users u on u.id = s.user_id and u.disabled_at is null
            join tenancy.memberships m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
            where s.id = $1 and s.user_id = $2 and s.revoked_at is null and s.expires_at > now()
            """);
        command.Parameters.AddWithValue(session);
        command.Parameters.AddWithValue(user);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new Caller(user, reader.GetGuid(0), reader.GetString(1), ScopeOf(reader, 4), reader.GetString(2), session, TokenScopes.Admin,
                reader.GetBoolean(3))
            : null;
    }

    private async Task<Caller?> ReadTokenAsync(byte[] hash, IPAddress? from, CancellationToken ct)
    {
        // last_used moves once a minute, not with every call.
        await using var command = database.System.CreateCommand("""
            with used as (update tenancy.personal_tokens set last_used = now(), last_used_address = coalesce($2, last_used_address)
                          where token_hash = $1 and revoked_at is null and (last_used is null or last_used < now() - interval '1 minute'))
            select t.user_id, t.tenant_id, m.role, u.role, t.scopes, m.accounts from tenancy.personal_tokens t
            join tenancy.users u on u.id = t.user_id and u.disabled_at is null
            join tenancy.memberships m on m.tenant_id = t.tenant_id and m.user_id = t.user_id
            where t.token_hash = $1 and t.revoked_at is null and t.expires_at > now()
            """);
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddText(from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4().ToString() : from?.ToString());
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var scopes = reader.GetFieldValue<string[]>(4);
        var widest = TokenScopes.All.Last(scope => scope == TokenScopes.Read || scopes.Contains(scope));
        return new Caller(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), ScopeOf(reader, 5), reader.GetString(3), null, widest,
            SecondFactor: false);
    }

    private static AccountScope ScopeOf(NpgsqlDataReader reader, int column) =>
        AccountScope.Of(reader.IsDBNull(column) ? null : reader.GetFieldValue<Guid[]>(column));

    public void Dispose() => changes.Dispose();
}
