using System.Globalization;
using System.Threading.RateLimiting;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// <c>RateLimits:SignIn</c> sign-ups and log-ins a minute per address (10) and <c>RateLimits:Api</c> requests a second per user (50). Webhooks and
/// terminals have limits of their own, per key.
/// </summary>
internal static class RateLimits
{
    private static readonly PathString[] Limited = ["/api", "/register"];
    private static readonly PathString[] WithTheirOwn = ["/api/ea", "/api/billing/webhook"];

    public static void AddTradeFlowRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var signIn = Setting(configuration, "RateLimits:SignIn", 10);
        var api = Setting(configuration, "RateLimits:Api", 50);
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RejectAsync;
            limiter.AddPolicy(RateLimitPolicies.SignIn, http => RateLimitPartition.GetSlidingWindowLimiter(AddressOf(http), _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = signIn,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 12,
            }));
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => IsLimited(http.Request.Path)
                ? RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirst(TradeFlowClaims.User)?.Value ?? AddressOf(http), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = api,
                    TokensPerPeriod = Math.Max(1, api / 5),
                    ReplenishmentPeriod = api >= 5 ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(1.0 / api),
                })
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    private static int Setting(IConfiguration configuration, string path, int standard)
    {
        var value = configuration.GetValue(path, standard);
        return value > 0 ? value : throw new InvalidOperationException($"{path} must be a whole number above 0.");
    }

    private static bool IsLimited(PathString path) => Limited.Any(head => path.StartsWithSegments(head)) && !WithTheirOwn.Any(head => path.StartsWithSegments(head));

    private static string AddressOf(HttpContext http) => "address:" + http.Connection.RemoteIpAddress;

    private static async ValueTask RejectAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext context, CancellationToken ct)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : TimeSpan.FromSeconds(5);
        context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited, "Too many requests. Wait as long as Retry-After says.").ExecuteAsync(context.HttpContext);
    }
}
