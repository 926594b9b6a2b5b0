using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>Who waits for a hash. The lanes do not wait for each other.</summary>
internal enum HashLane
{
    /// <summary>Known devices, and people within a session.</summary>
    Known,
    Strangers,
    SignUps,
}

/// <summary>
/// A password hash takes a core for a tenth of a second. Few run side by side and few wait, so that a storm of log-ins cannot starve the
/// signals; and of those who are not known, one address block holds a part of the places only, so that it cannot starve the others.
/// </summary>
internal sealed class HashGate : IDisposable
{
    private const int MostOfOneBlock = 16;
    private readonly ConcurrencyLimiter known = Lane(2);
    private readonly ConcurrencyLimiter strangers = Lane(2);
    private readonly ConcurrencyLimiter signUps = Lane(1);
    private readonly PartitionedRateLimiter<(HashLane Lane, string Block)> blocks =
        PartitionedRateLimiter.Create<(HashLane Lane, string Block), (HashLane, string)>(asked => RateLimitPartition.GetConcurrencyLimiter(
            asked, _ => new ConcurrencyLimiterOptions { PermitLimit = MostOfOneBlock, QueueLimit = 0 }));

    /// <returns>The place, or <c>null</c> when there is none. Dispose it when the hash is done.</returns>
    public async ValueTask<IDisposable?> EnterAsync(HashLane lane, HttpContext http, CancellationToken ct)
    {
        if (lane == HashLane.Known) return Held(await known.AcquireAsync(1, ct), null);
        var share = blocks.AttemptAcquire((lane, AddressBlock.Of(http.Connection.RemoteIpAddress).Holder));
        if (!share.IsAcquired) return Held(share, null);
        try
        {
            return Held(await (lane == HashLane.SignUps ? signUps : strangers).AcquireAsync(1, ct), share);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    public static ProblemHttpResult Busy(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "2";
        return Problem.Of(StatusCodes.Status429TooManyRequests, TenancyProblems.Busy,
            "Too many log-ins at this moment. Try again in a few seconds.");
    }

    public void Dispose()
    {
        blocks.Dispose();
        known.Dispose();
        strangers.Dispose();
        signUps.Dispose();
    }

    private static ConcurrencyLimiter Lane(int places) =>
        // The oldest first, which is what a limiter does.
        new(new ConcurrencyLimiterOptions { PermitLimit = places, QueueLimit = 50 });

    private static Place? Held(RateLimitLease place, RateLimitLease? share)
    {
        if (place.IsAcquired) return new Place(place, share);
        place.Dispose();
        share?.Dispose();
        return null;
    }

    private sealed class Place(RateLimitLease place, RateLimitLease? share) : IDisposable
    {
        public void Dispose()
        {
            place.Dispose();
            share?.Dispose();
        }
    }
}
