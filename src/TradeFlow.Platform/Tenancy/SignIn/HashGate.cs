using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>A password hash takes a core for a tenth of a second. Few run side by side and few wait, so that a storm of log-ins cannot starve the signals.</summary>
internal sealed class HashGate : IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = 4,
        QueueLimit = 50,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public ValueTask<RateLimitLease> EnterAsync(CancellationToken ct) => limiter.AcquireAsync(1, ct);

    public static ProblemHttpResult Busy(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "2";
        return Problem.Of(StatusCodes.Status429TooManyRequests, TenancyProblems.Busy, "Too many log-ins at this moment. Try again in a few seconds.");
    }

    public void Dispose() => limiter.Dispose();
}
