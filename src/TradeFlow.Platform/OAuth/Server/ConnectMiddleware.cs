using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server.AspNetCore;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Lets OpenIddict serve the addresses of the authorization server, and none else.</summary>
internal sealed class ConnectMiddleware(
    RequestDelegate next, ServerKeys keys, PublicAddress address, TokenFailures failures, IAuthenticationSchemeProvider schemes)
{
    private static readonly PathString Connect = "/connect";
    private static readonly PathString WellKnown = "/.well-known";
    // The others take no secret, or are for people.
    private static readonly PathString[] Counted = ["/connect/token", "/connect/introspect", "/connect/revoke"];

    public Task InvokeAsync(HttpContext http) =>
        http.Request.Path.StartsWithSegments(Connect) || http.Request.Path.StartsWithSegments(WellKnown) ? ServeAsync(http) : next(http);

    private async Task ServeAsync(HttpContext http)
    {
        var request = http.Request;
        if (await HasNulAsync(request, http.RequestAborted))
        {
            await Problem.Of(StatusCodes.Status400BadRequest, "invalid_request", "A NUL character has no place here.").ExecuteAsync(http);
            return;
        }
        // What it says of our address, as the issuer of tokens too, is not what the request says of it.
        var origin = new Uri(address.OriginFor(http));
        (request.Scheme, request.Host) = (origin.Scheme, HostString.FromUriComponent(origin));
        await keys.EnsureAsync(http.RequestAborted);

        var isCounted = Counted.Any(path => request.Path.StartsWithSegments(path));
        var from = http.Connection.RemoteIpAddress;
        if (isCounted && !failures.Take(from))
        {
            http.Response.Headers.RetryAfter = "60";
            await Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
                "Too many requests that are not right came from this address. Wait as long as Retry-After says.").ExecuteAsync(http);
            return;
        }
        if (!await HandleAsync(http)) await next(http);
        if (isCounted && http.Response.StatusCode < StatusCodes.Status400BadRequest) failures.GiveBack(from);
    }

    private async Task<bool> HandleAsync(HttpContext http)
    {
        var scheme = await schemes.GetSchemeAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)
            ?? throw new InvalidOperationException("OpenIddict is not registered.");
        var handlers = http.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        return await handlers.GetHandlerAsync(http, scheme.Name) is IAuthenticationRequestHandler handler
            && await handler.HandleRequestAsync();
    }

    // PostgreSQL has no NUL in texts.
    private static async Task<bool> HasNulAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.Query.Any(entry => entry.Value.Any(HasNul))) return true;
        return request.HasFormContentType && (await request.ReadFormAsync(ct)).Any(entry => entry.Value.Any(HasNul));
    }

    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) ?? false;
}
