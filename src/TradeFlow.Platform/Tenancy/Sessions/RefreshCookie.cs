using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// A browser keeps its refresh token where scripts cannot read it: in an HttpOnly cookie on <c>/auth</c>. A caller counts as a browser when
/// it says so (<c>X-TradeFlow-Client: web</c>), or sends <c>Sec-Fetch-Site</c> or <c>Origin</c>, which browsers do with every POST and
/// programs do not. (Over plain http from another machine a browser leaves the first one out.)
/// </summary>
internal static class RefreshCookie
{
    public const string Name = "tf_refresh";
    public const string ClientHeader = "X-TradeFlow-Client";

    public static bool IsBrowser(HttpRequest request) =>
        request.Headers[ClientHeader] == "web" || request.Headers.ContainsKey("Sec-Fetch-Site") || request.Headers.Origin.Count > 0;

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Write(HttpResponse response, string token, DateTimeOffset ends) =>
        response.Cookies.Append(Name, token, Options(response, ends));

    public static void Remove(HttpResponse response) => response.Cookies.Delete(Name, Options(response, null));

    /// <summary>
    /// SameSite=Strict keeps the cookie from other sites; this refuses also what another port or subdomain of the same site sends.
    /// </summary>
    public static bool ComesFromElsewhere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is not ("same-origin" or "none");
        return request.Headers.Origin.ToString() is { Length: > 0 } origin && !AddressOf(request.HttpContext).IsOwnOrigin(origin, request);
    }

    private static PublicAddress AddressOf(HttpContext http) => http.RequestServices.GetRequiredService<PublicAddress>();

    private static CookieOptions Options(HttpResponse response, DateTimeOffset? ends) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = AddressOf(response.HttpContext).IsHttps(response.HttpContext.Request),
        Path = "/auth",
        Expires = ends,
        IsEssential = true,
    };
}
