using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// <c>RateLimits:SignIn</c> sign-ups and log-ins a minute per address (10; an IPv6 /64 is one, and its /48 has five times as many) and
/// <c>RateLimits:Api</c> requests a second per user (50). Webhooks and terminals have limits of their own, per key; wrong credentials have
/// <see cref="FailureLimits"/>.
/// </summary>
internal static class RateLimits
{
    private const int WideShare = 5;
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
            limiter.AddPolicy(RateLimitPolicies.SignIn, http => Minute(BlockOf(http).Narrow, signIn));
            var perUser = PartitionedRateLimiter.Create<HttpContext, string>(http => IsLimited(http.Request.Path)
                ? RateLimitPartition.GetTokenBucketLimiter(http.User.FindFirst(TradeFlowClaims.User)?.Value ?? BlockOf(http).Narrow,
                    _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = api,
                    TokensPerPeriod = Math.Max(1, api / 5),
                    ReplenishmentPeriod = api >= 5 ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(1.0 / api),
                })
                : RateLimitPartition.GetNoLimiter(""));
            var wide = PartitionedRateLimiter.Create<HttpContext, string>(http =>
                http.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == RateLimitPolicies.SignIn
                    && BlockOf(http).Wide is { } block
                    ? Minute(block, signIn * WideShare)
                    : RateLimitPartition.GetNoLimiter(""));
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(perUser, wide);
        });
    }

    private static RateLimitPartition<string> Minute(string block, int permits) =>
        RateLimitPartition.GetSlidingWindowLimiter(block, _ => new SlidingWindowRateLimiterOptions
    {
        PermitLimit = permits,
        Window = TimeSpan.FromMinutes(1),
        SegmentsPerWindow = 12,
    });

    private static int Setting(IConfiguration configuration, string path, int standard)
    {
        var value = configuration.GetValue(path, standard);
        return value > 0 ? value : throw new InvalidOperationException($"{path} must be a whole number above 0.");
    }

    private static bool IsLimited(PathString path) =>
        Limited.Any(head => path.StartsWithSegments(head)) && !WithTheirOwn.Any(head => path.StartsWithSegments(head));

    private static AddressBlock BlockOf(HttpContext http) => AddressBlock.Of(http.Connection.RemoteIpAddress);

    private static async ValueTask RejectAsync(OnRejectedContext context, CancellationToken ct)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : TimeSpan.FromSeconds(5);
        context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        await Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            "Too many requests. Wait as long as Retry-After says.").ExecuteAsync(context.HttpContext);
    }
}
