using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Apps;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>
/// The consent screen's calls. They carry the session of the dashboard in a header that no other site can send, so nobody consents by a click
/// elsewhere.
/// </summary>
internal static class ConsentEndpoints
{
    private const int LongestQuery = 4000;

    /// <param name="Publisher">Name of the tenant that has made it known.</param>
    /// <param name="RedirectHost">Where the person is sent afterwards.</param>
    internal sealed record View(string ClientId, string Name, string Publisher, bool Own, string RedirectHost, IReadOnlyList<string> Scopes);

    /// <param name="Query">The query of the screen's address, as it stands there.</param>
    internal sealed record Request(string? Query, bool Allow);

    /// <param name="ContinueUrl">Where the browser goes on: for a minute, and in the browser that began.</param>
    internal sealed record Answer(string ContinueUrl);

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        string query, TenantContext tenant, KnownApps apps, CancellationToken ct) =>
        await ReadAsync(query, tenant, apps, ct) is var (app, request, _)
            ? TypedResults.Ok(new View(app.Id.ToString(), app.Name, app.Publisher, app.Tenant == tenant.Tenant.Value, HostOf(request["redirect_uri"]), request.Scopes))
            : Problem.NotFound();

    internal static async Task<Results<Ok<Answer>, ProblemHttpResult>> Decide(
        Request request, HttpContext http, TenantContext tenant, KnownApps apps, Consents consents, Decisions decisions, TenantDb db, AuditLog audit,
        TimeProvider clock, CancellationToken ct)
    {
        if (await ReadAsync(request.Query, tenant, apps, ct) is not var (app, asked, browser)) return Problem.NotFound();
        if (request.Allow)
            await db.RunSqlAsync(async connection =>
            {
                var id = await consents.WriteAsync(new Granted(tenant.User.Value, tenant.Tenant.Value, app.Id), [.. asked.Scopes.Distinct()], connection, ct);
                await audit.WriteAsync(tenant.Tenant, tenant.User, "app.allowed", app.Id.ToString(),
                    $$"""{"scopes":{{JsonSerializer.Serialize([.. asked.Scopes], OAuthJson.Default.StringArray)}}}""", connection, ct);
                return id;
            }, ct);
        // The policy asks for a session.
        var ticket = decisions.Seal(new Decision(tenant.User.Value, tenant.Tenant.Value, http.User.Guid(TradeFlowClaims.Session)!.Value, request.Allow,
            asked.Fingerprint, browser, clock.GetUtcNow() + Decisions.Lives));
        return TypedResults.Ok(new Answer(asked.At("/connect/authorize", AuthorizationQuery.Ticket, ticket)));
    }

    // Whether the app may have these scopes and this address, OpenIddict checks when the browser comes back; before it does, nothing is sent anywhere.
    private static async Task<(KnownApp App, AuthorizationQuery Query, string Browser)?> ReadAsync(
        string? query, TenantContext tenant, KnownApps apps, CancellationToken ct)
    {
        if (query is not { Length: > 0 and <= LongestQuery } || query.Contains('\0', StringComparison.Ordinal)) return null;
        var request = AuthorizationQuery.Read(query);
        return await apps.FindAsync(request["client_id"], ct) is { } app && app.IsOpenTo(tenant.Tenant.Value) && request.Scopes.All(AppScopes.All.Contains)
            ? (app, request, AuthorizationQuery.BrowserOf(query))
            : null;
    }

    private static string HostOf(string? redirect) => Uri.TryCreate(redirect, UriKind.Absolute, out var uri) ? uri.Authority : "";
}
