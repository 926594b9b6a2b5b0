using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using TradeFlow.Platform.OAuth.Access;
using TradeFlow.Platform.OAuth.Apps;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Tokens for a code, for a refresh token, or for the program itself, once OpenIddict has checked what was sent.</summary>
internal static class Exchange
{
    internal static async Task<IResult> Handle(HttpContext http, KnownApps apps, ProgramGrants grants, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict has not seen this request.");
        if (request.IsClientCredentialsGrantType())
        {
            return await apps.FindAsync(request.ClientId, ct) is { } app
                ? OAuthResults.Issue(Principals.Of(app.Id, request.GetScopes()))
                : OAuthResults.Refuse(Errors.InvalidClient, "There is no such app.");
        }
        var proof = await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        if (proof.Principal is not { } known || !Guid.TryParse(known.GetAuthorizationId(), out var family)
            || await grants.PersonAsync(family, ct) is not { } person)
            return OAuthResults.Refuse(Errors.InvalidGrant, "What was granted has ended.");
        // A program may ask for less than it was granted; that it may not have more, OpenIddict has checked.
        var asked = request.IsRefreshTokenGrantType() ? request.GetScopes() : [];
        var principal = Principals.Of(person, asked.IsDefaultOrEmpty ? known.GetScopes() : asked);
        principal.SetAuthorizationId(family.ToString());
        return OAuthResults.Issue(principal);
    }
}
