using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using TradeFlow.Platform.OAuth.Apps;
using TradeFlow.Platform.OAuth.Consent;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>
/// The authorization, once OpenIddict has checked that the program may ask for it. Who the person is, the dashboard knows: it shows the
/// consent screen, and sends the browser back here with what they have decided.
/// </summary>
internal static class Authorize
{
    private const string Screen = "/consent?request=";

    internal static async Task<IResult> Handle(
        HttpContext http, KnownApps apps, Consents consents, Decisions decisions, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict has not seen this request.");
        var query = AuthorizationQuery.Of(http.Request);
        var browser = BrowserCookie.Of(http);
        var name = Convert.ToHexStringLower(browser);
        var scopes = request.GetScopes();
        if (await apps.FindAsync(request.ClientId, ct) is not { } app)
            return OAuthResults.Refuse(Errors.InvalidClient, "There is no such app.");

        // OpenIddict would take the only one that the app has.
        if (string.IsNullOrEmpty(request.RedirectUri)) return OAuthResults.Refuse(Errors.InvalidRequest, "Name the redirect_uri.");

        if (decisions.Open((string?)request[AuthorizationQuery.Ticket], query.Fingerprint, name) is { } decision)
        {
            if (!decision.Allowed) return OAuthResults.Refuse(Errors.AccessDenied, "The person has refused.");
            await consents.RememberAsync(browser, decision.Session, ct);
            return await IssueAsync(new Granted(decision.User, decision.Tenant, app.Id), scopes, consents, ct)
                ?? OAuthResults.Refuse(Errors.AccessDenied, "The consent was taken back.");
        }
        var isSilent = request.HasPromptValue(PromptValues.None);
        // A program on the person's own machine cannot prove that it is the one they have let in before: they are asked each time.
        if (isSilent || (app.Confidential && !request.HasPromptValue(PromptValues.Consent)))
        {
            var (signedIn, granted) = await consents.OfBrowserAsync(browser, app.Id, scopes, ct);
            if (granted is not null && app.IsOpenTo(granted.Tenant) && await IssueAsync(granted, scopes, consents, ct) is { } issued)
                return issued;
            if (isSilent)
                return signedIn
                    ? OAuthResults.Refuse(Errors.ConsentRequired, "The person has not let this app do that.")
                    : OAuthResults.Refuse(Errors.LoginRequired, "Nobody is signed in who has let an app in from this browser.");
        }
        return TypedResults.Redirect(Screen + query.Pack(name));
    }

    private static async Task<IResult?> IssueAsync(
        Granted granted, IReadOnlyCollection<string> scopes, Consents consents, CancellationToken ct)
    {
        if (await consents.BeginAsync(granted, scopes, ct) is not { } family) return null;
        var principal = Principals.Of(granted.User, scopes);
        principal.SetAuthorizationId(family.ToString());
        return OAuthResults.Issue(principal);
    }
}
