using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>The answer to an address block that has shown too many wrong credentials.</summary>
internal static class TooManyFailures
{
    public static ProblemHttpResult Answer(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            "Too many credentials that are not valid came from this address. Wait as long as Retry-After says.");
    }
}
