using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>What a person has let programs do in the tenant that they are in, and taking it back.</summary>
internal static class GrantEndpoints
{
    /// <param name="Publisher">Name of the tenant that has made the app known.</param>
    /// <param name="LastUsedAt">When it last got a token.</param>
    internal sealed record View(
        Guid ClientId, string Name, string Publisher, IReadOnlyList<string> Scopes, DateTimeOffset GrantedAt, DateTimeOffset? LastUsedAt);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        TenantContext tenant, Database database, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        // The app may be another tenant's: this one read crosses the wall, by the ids of the token.
        await using var command = database.System.CreateCommand("""
            select a.id, a.display_name, p.name, g.scopes, g.created_at,
                (select max(t.created_at) from oauth.grants f join oauth.tokens t on t.grant_id = f.id
                 where f.user_id = g.user_id and f.tenant_id = g.tenant_id and f.app_id = g.app_id)
            from oauth.grants g join oauth.apps a on a.id = g.app_id join tenancy.tenants p on p.id = a.tenant_id
            where g.user_id = $1 and g.tenant_id = $2 and g.type = 'permanent' and g.status = 'valid' order by g.created_at desc
            """);
        command.Parameters.AddWithValue(tenant.User.Value);
        command.Parameters.AddWithValue(tenant.Tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<View> grants = [];
        while (await reader.ReadAsync(ct))
            grants.Add(new View(reader.GetGuid(0), reader.GetString(1), reader.GetString(2),
                [.. AppScopes.All.Where(OAuthJson.SetOf(reader.GetString(3)).Contains)],
                reader.GetFieldValue<DateTimeOffset>(4), reader.TimeOrNull(5)));
        return TypedResults.Ok(Paging.Cut(grants, grant => grant.ClientId, limit, cursor));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        Guid clientId, TenantContext tenant, TenantDb db, AuditLog audit, AccessTokens tokens, CancellationToken ct)
    {
        var ended = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("select oauth.end_grants($1, $2, $3)", connection);
            command.Parameters.AddWithValue(tenant.User.Value);
            command.Parameters.AddWithValue(tenant.Tenant.Value);
            command.Parameters.AddWithValue(clientId);
            if (await command.ExecuteScalarAsync(ct) is not > 0L) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "app.refused", clientId.ToString(), null, connection, ct);
            return true;
        }, ct);
        tokens.Forget();
        return ended ? TypedResults.NoContent() : Problem.NotFound();
    }
}
