using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using OpenIddict.Core;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Storage;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.OAuth.Apps;

/// <summary>The programs that a tenant has made known. The secret is shown once and kept as a hash.</summary>
internal static class AppEndpoints
{
    private const int MostApps = 50;

    /// <param name="RedirectUris">Where codes may be sent: exactly these, https or this machine itself.</param>
    /// <param name="Confidential">It keeps a secret: a server, not a program on somebody's machine.</param>
    /// <param name="Published">Whether people of other tenants may let it in; they may unless this is false.</param>
    internal sealed record Request(
        string? Name, IReadOnlyList<string>? RedirectUris = null, IReadOnlyList<string>? Scopes = null, bool Confidential = false,
        bool Published = true);

    /// <param name="ClientSecret">In the answer that makes a confidential app, and never again.</param>
    internal sealed record View(
        string ClientId, string Name, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes, bool Confidential, bool Published,
        DateTimeOffset CreatedAt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientSecret = null);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        TenantDb db, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        var apps = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("""
                select client_id, display_name, redirect_uris, permissions, client_type = 'confidential', published, created_at
                from oauth.apps order by id desc
                """, connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            List<View> rows = [];
            while (await reader.ReadAsync(ct))
                rows.Add(new View(reader.GetString(0), reader.GetString(1), [.. OAuthJson.SetOf(reader.TextOrNull(2) ?? "[]")],
                    AppDescription.ScopesOf(OAuthJson.SetOf(reader.TextOrNull(3) ?? "[]")), reader.GetBoolean(4), reader.GetBoolean(5),
                    reader.GetFieldValue<DateTimeOffset>(6)));
            return rows;
        }, ct);
        return TypedResults.Ok(Paging.Cut(apps, app => Guid.Parse(app.ClientId), limit, cursor));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Create(
        Request request, TenantContext tenant, OAuthDb db, OpenIddictApplicationManager<App> apps, AuditLog audit, TimeProvider clock,
        CancellationToken ct)
    {
        var errors = AppRules.Check(request);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var id = NewId.At(clock);
        var app = new App
        {
            Id = id, TenantId = tenant.Tenant.Value, CreatedBy = tenant.User.Value, CreatedAt = clock.GetUtcNow(),
            Published = request.Published,
        };
        var secret = request.Confidential ? AppDescription.NewSecret() : null;
        var description = AppDescription.Of(id, request);
        await apps.PopulateAsync(app, description, ct);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Set<App>().CountAsync(other => other.TenantId == tenant.Tenant.Value, ct) >= MostApps)
            return Problem.Invalid("name", $"You have {MostApps} apps. Delete one that is not used.");
        await apps.CreateAsync(app, secret, ct);
        await audit.WriteAsync(
            tenant.Tenant, tenant.User, "app.created", id.ToString(), null, (NpgsqlConnection)db.Database.GetDbConnection(), ct);
        await transaction.CommitAsync(ct);
        return TypedResults.Created($"/api/tenant/apps/{id}", new View(id.ToString(), description.DisplayName!, // checked
            [.. request.RedirectUris ?? []], AppDescription.ScopesOf(description.Permissions), request.Confidential, request.Published,
            app.CreatedAt, secret));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid clientId, TenantContext tenant, TenantDb db, AuditLog audit, AccessTokens tokens, CancellationToken ct)
    {
        // Everything that was granted to it goes with it, in all tenants.
        var gone = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("delete from oauth.apps where id = $1", connection);
            command.Parameters.AddWithValue(clientId);
            if (await command.ExecuteNonQueryAsync(ct) == 0) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "app.deleted", clientId.ToString(), null, connection, ct);
            return true;
        }, ct);
        tokens.Forget();
        return gone ? TypedResults.NoContent() : Problem.NotFound();
    }
}
