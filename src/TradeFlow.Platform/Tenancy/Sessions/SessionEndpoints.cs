using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Where a person is logged in, in all their tenants. To end a session nobody is asked for a proof: a thief must be thrown out at once.
/// </summary>
internal static class SessionEndpoints
{
    private const int LongestBrowser = 200;

    /// <param name="Device">What its browser says it is.</param>
    /// <param name="Address">From where it was opened.</param>
    /// <param name="LastSeenAt">To ten minutes: that is how long an access token lives.</param>
    /// <param name="Current">The session that asks.</param>
    /// <param name="Passkey">Opened with a passkey, and not with a password.</param>
    internal sealed record View(
        Guid Id, string? Device, string? Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool Current, bool Passkey);

    internal static async Task<Ok<Page<View>>> List(HttpContext http, TenantContext caller, Database database, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select id, user_agent, ip, created_at, last_seen_at, passkey_id is not null from tenancy.sessions
            where user_id = $1 and revoked_at is null and expires_at > now() order by last_seen_at desc limit 500
            """);
        command.Parameters.AddWithValue(caller.User.Value);
        List<View> found = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            found.Add(new View(row.GetGuid(0), await row.IsDBNullAsync(1, ct) ? null : ForeignText.Clean(row.GetString(1), LongestBrowser),
                await row.IsDBNullAsync(2, ct) ? null : row.GetString(2), row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4), row.GetGuid(0) == SessionOf(http), row.GetBoolean(5)));
        return TypedResults.Ok(new Page<View>(found, null));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> End(
        Guid id, TenantContext caller, SessionTokens sessions, AuditLog audit, Database database, CancellationToken ct) =>
        await EndAsync("id = $2", id, caller, sessions, audit, database, ct) > 0 ? TypedResults.NoContent() : Problem.NotFound();

    internal static async Task<NoContent> EndOthers(
        HttpContext http, TenantContext caller, SessionTokens sessions, AuditLog audit, Database database, CancellationToken ct)
    {
        await EndAsync("id <> $2", SessionOf(http), caller, sessions, audit, database, ct);
        return TypedResults.NoContent();
    }

    private static async Task<int> EndAsync(
        string which, Guid id, TenantContext caller, SessionTokens sessions, AuditLog audit, Database database, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = $"update tenancy.sessions set revoked_at = now(), revoked_reason = 'ended from another' where user_id = $1 and {which} and revoked_at is null and expires_at > now()";
        command.Parameters.AddWithValue(caller.User.Value);
        command.Parameters.AddWithValue(id);
        var ended = await command.ExecuteNonQueryAsync(ct);
        if (ended > 0) await audit.WriteAsync(caller.Tenant, caller.User, "user.sessions_ended", id.ToString(), $$"""{"count":{{ended}}}""",
            connection, ct);
        await transaction.CommitAsync(ct);
        sessions.Forget();
        return ended;
    }

    private static Guid SessionOf(HttpContext http) => http.User.Guid(TradeFlowClaims.Session)!.Value; // the policy lets sessions in only
}
