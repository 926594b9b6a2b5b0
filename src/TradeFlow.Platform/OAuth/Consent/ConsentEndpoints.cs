using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Apps;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>
/// The consent screen's calls. They carry the session of the dashboard in a header that no other site can send, so nobody consents by a
/// click elsewhere.
/// </summary>
internal static class ConsentEndpoints
{
    private const int Longest = 6000;

    /// <param name="Publisher">Name of the tenant that has made it known.</param>
    /// <param name="Own">That tenant is the one that the session is in.</param>
    /// <param name="RedirectHost">Where the person is sent afterwards.</param>
    internal sealed record View(
        string ClientId, string Name, string Publisher, bool Own, string RedirectHost, IReadOnlyList<string> Scopes);

    /// <param name="Request">As it stands in the address of the screen.</param>
    internal sealed record Verdict(string? Request, bool Allow);

    /// <param name="ContinueUrl">Where the browser goes on: for a minute, and in the browser that began.</param>
    internal sealed record Answer(string ContinueUrl);

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        string request, TenantContext tenant, KnownApps apps, CancellationToken ct) =>
        await ReadAsync(request, tenant, apps, ct) is var (app, asked)
            ? TypedResults.Ok(new View(app.Id.ToString(), app.Name, app.Publisher, app.Tenant == tenant.Tenant.Value,
                HostOf(asked["redirect_uri"]), asked.Scopes))
            : Problem.NotFound();

    internal static async Task<Results<Ok<Answer>, ProblemHttpResult>> Decide(
        Verdict verdict, HttpContext http, TenantContext tenant, KnownApps apps, Consents consents, Decisions decisions, TenantDb db,
        AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        if (await ReadAsync(verdict.Request, tenant, apps, ct) is not var (app, asked)) return Problem.NotFound();
        if (verdict.Allow)
            await db.RunSqlAsync(async connection =>
            {
                string[] scopes = [.. asked.Scopes.Distinct()];
                var id = await consents.WriteAsync(new Granted(tenant.User.Value, tenant.Tenant.Value, app.Id), scopes, connection, ct);
                await audit.WriteAsync(tenant.Tenant, tenant.User, "app.allowed", app.Id.ToString(),
                    $$"""{"scopes":{{JsonSerializer.Serialize(scopes, OAuthJson.Default.StringArray)}}}""", connection, ct);
                return id;
            }, ct);
        var session = http.User.Guid(TradeFlowClaims.Session)!.Value; // the policy asks for one
        var ticket = decisions.Seal(new Decision(tenant.User.Value, tenant.Tenant.Value, session, verdict.Allow, asked.Fingerprint,
            asked.Browser, clock.GetUtcNow() + Decisions.Lives));
        return TypedResults.Ok(new Answer(asked.With("/connect/authorize", AuthorizationQuery.Ticket, ticket)));
    }

    // Whether the app may have these scopes and this address, OpenIddict checks when the browser comes back; nothing is sent anywhere
    // before.
    private static async Task<(KnownApp App, AuthorizationQuery Asked)?> ReadAsync(
        string? packed, TenantContext tenant, KnownApps apps, CancellationToken ct)
    {
        if (packed is not { Length: > 0 and <= Longest } || AuthorizationQuery.Unpack(packed) is not { } asked) return null;
        return await apps.FindAsync(asked["client_id"], ct) is { } app && app.IsOpenTo(tenant.Tenant.Value)
            && asked.Scopes.All(AppScopes.All.Contains)
            ? (app, asked)
            : null;
    }

    private static string HostOf(string? redirect) => Uri.TryCreate(redirect, UriKind.Absolute, out var uri) ? uri.Authority : "";
}
