using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// The answer to sign-up, log-in and refresh. <c>refresh_token</c> is missing for browsers, which get it as an HttpOnly cookie on
/// <c>/auth</c>.
/// </summary>
internal sealed record AuthAnswer(
    Guid UserId,
    Guid TenantId,
    string AccessToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    int ExpiresIn,
    string TokenType = "Bearer")
{
    public static AuthAnswer Of(IssuedTokens tokens, HttpContext http, bool asCookie)
    {
        if (asCookie) RefreshCookie.Write(http.Response, tokens.RefreshToken, tokens.RefreshEnds);
        http.Response.Headers.CacheControl = "no-store";
        return new AuthAnswer(tokens.Caller.User, tokens.Caller.Tenant, tokens.AccessToken, asCookie ? null : tokens.RefreshToken,
            (int)AccessTokenFormat.Lifetime.TotalSeconds);
    }
}
