using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>A new pair for a refresh token, which comes in the body (programs) or in the cookie (browsers, with an empty body).</summary>
internal static class Refresh
{
    internal sealed record Request(string? RefreshToken = null);

    internal static async Task<Results<Ok<AuthAnswer>, ProblemHttpResult>> Handle(
        Request? request, HttpContext http, SessionTokens sessions, FailureLimits failures, CancellationToken ct)
    {
        var fromBody = request?.RefreshToken;
        if (fromBody is null && RefreshCookie.ComesFromElsewhere(http.Request))
            return Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.CrossSite,
                "The session cookie works from the dashboard's own address only.");
        if ((fromBody ?? RefreshCookie.Read(http.Request)) is not { Length: > 0 } token) return Refused(http);

        var from = http.Connection.RemoteIpAddress;
        if (!failures.Take(from)) return FailureLimits.TooMany(http);
        if (await sessions.RenewAsync(token, ct) is not RefreshOutcome.Renewed renewed) return Refused(http);
        failures.GiveBack(from);
        return TypedResults.Ok(AuthAnswer.Of(renewed.Tokens, http, asCookie: fromBody is null));
    }

    private static ProblemHttpResult Refused(HttpContext http)
    {
        if (RefreshCookie.Read(http.Request) is not null) RefreshCookie.Remove(http.Response);
        return Problem.Of(StatusCodes.Status401Unauthorized, TenancyProblems.InvalidRefreshToken, "The session has ended. Log in again.");
    }
}
