using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Ends the family: the refresh token in the body or cookie, or the session of the access token. Access tokens of it stop working too.
/// </summary>
internal static class LogOut
{
    internal static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        Refresh.Request? request, HttpContext http, SessionTokens sessions, FailureLimits failures, CancellationToken ct)
    {
        var cookie = RefreshCookie.Read(http.Request);
        if (request?.RefreshToken is null && cookie is not null && RefreshCookie.ComesFromElsewhere(http.Request))
            return Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.CrossSite,
                "The session cookie works from the dashboard's own address only.");

        var session = http.User.Guid(TradeFlowClaims.Session);
        if ((request?.RefreshToken ?? cookie) is { Length: > 0 } token)
        {
            var from = http.Connection.RemoteIpAddress;
            if (!failures.Take(from)) return FailureLimits.TooMany(http);
            if (await sessions.EndByRefreshAsync(token, ct)) failures.GiveBack(from);
        }
        if (session is { } own) await sessions.EndAsync(own, "logout", ct);
        if (cookie is not null) RefreshCookie.Remove(http.Response);
        return TypedResults.NoContent();
    }
}
