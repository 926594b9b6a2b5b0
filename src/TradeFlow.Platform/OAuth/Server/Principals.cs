using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Whom tokens are made out to. They carry no role and no tenant: the database knows these, by the token's id.</summary>
internal static class Principals
{
    public const string Api = "tradeflow-api";

    /// <param name="subject">The person; the program itself where it acts for its own tenant.</param>
    public static ClaimsPrincipal Of(Guid subject, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, subject.ToString());
        identity.SetScopes(scopes);
        identity.SetResources(Api);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }
}
