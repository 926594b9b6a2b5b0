using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Admin;

/// <summary>Everybody who may log in.</summary>
internal static class Users
{
    /// <param name="Role"><c>user</c> or <c>admin</c>.</param>
    /// <param name="Disabled">Kept out: no session or token of theirs works.</param>
    /// <param name="Verified">The address was confirmed by mail.</param>
    /// <param name="TwoFactor">Log-in asks for a second factor.</param>
    /// <param name="LastSeenAt">When a session of theirs was last renewed; <c>null</c> when all of them are forgotten.</param>
    internal sealed record View(
        Guid Id, string Email, string Name, string Role, bool Disabled, bool Verified, bool TwoFactor, IReadOnlyList<TenantOfUser> Tenants,
        DateTimeOffset? LastSeenAt, DateTimeOffset CreatedAt);

    internal sealed record TenantOfUser(Guid Id, string Name, string Role);

    internal static async Task<Results<Ok<List<View>>, ProblemHttpResult>> List(
        Database database, HttpContext http, CancellationToken ct, string? query = null, int? limit = null, string? cursor = null)
    {
        var asked = new ListQuery(limit, cursor);
        var part = asked.Part(query, "query");
        if (asked.Fault is { } fault) return fault;
        await using var command = database.System.CreateCommand("""
            with found as (
                select * from tenancy.users u
                where ($1::text is null or u.email ilike $1 or u.name ilike $1 or u.id = $2) and ($3::timestamptz is null or (u.created_at, u.id) < ($3, $4))
                order by u.created_at desc, u.id desc limit $5)
            select f.id, f.email, f.name, f.role, f.disabled_at is not null, f.verified_at is not null, f.two_factor_enabled, f.created_at,
                   (select max(s.last_seen_at) from tenancy.sessions s where s.user_id = f.id),
                   m.ids, m.names, m.roles
            from found f cross join lateral (
                select coalesce(array_agg(t.id order by m.created_at), '{}') as ids, coalesce(array_agg(t.name order by m.created_at), '{}') as names,
                       coalesce(array_agg(m.role order by m.created_at), '{}') as roles
                from tenancy.memberships m join tenancy.tenants t on t.id = m.tenant_id where m.user_id = f.id) m
            order by f.created_at desc, f.id desc
            """);
        command.Parameters.AddText(part);
        command.Parameters.AddId(Guid.TryParse(query, out var id) ? id : null);
        command.Parameters.AddTime(asked.Before?.At);
        command.Parameters.AddId(asked.Before?.Id);
        command.Parameters.AddWithValue(asked.Size + 1);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            var tenants = row.GetFieldValue<Guid[]>(9).Zip(row.GetFieldValue<string[]>(10), row.GetFieldValue<string[]>(11))
                .Select(entry => new TenantOfUser(entry.First, entry.Second, entry.Third));
            found.Add(new View(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5),
                row.GetBoolean(6), [.. tenants], row.TimeOrNull(8), row.GetFieldValue<DateTimeOffset>(7)));
        }
        return asked.Bare(found, view => (view.CreatedAt, view.Id), http);
    }
}
