using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>
/// By which the browser that began an authorization is known when it comes back from the consent screen, and for prompt=none later. It
/// signs nobody in: what it opens hangs on the session of the dashboard.
/// </summary>
internal static class BrowserCookie
{
    public const string Name = "tf_connect";
    private const int Bytes = 32;

    /// <returns>The hash, which may stand in an address and in a table.</returns>
    public static byte[] Of(HttpContext http)
    {
        if (http.Request.Cookies[Name] is { Length: 2 * Bytes } text && text.All(char.IsAsciiHexDigit))
            return SHA256.HashData(Convert.FromHexString(text));
        var secret = RandomNumberGenerator.GetBytes(Bytes);
        http.Response.Cookies.Append(Name, Convert.ToHexStringLower(secret), new CookieOptions
        {
            HttpOnly = true,
            // It comes along when the program's page leads here.
            SameSite = SameSiteMode.Lax,
            Secure = http.RequestServices.GetRequiredService<PublicAddress>().IsHttps(http.Request),
            Path = "/connect",
            MaxAge = TimeSpan.FromDays(30),
            IsEssential = true,
        });
        return SHA256.HashData(secret);
    }
}
