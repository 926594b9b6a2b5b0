using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Server.AspNetCore;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Answers that OpenIddict writes.</summary>
internal static class OAuthResults
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static IResult Issue(ClaimsPrincipal principal) => TypedResults.SignIn(principal, null, Scheme);

    public static IResult Refuse(string error, string words) => TypedResults.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = words,
        }), [Scheme]);
}
