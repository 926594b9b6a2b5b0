using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// How many wrong credentials a second an address block may show (<c>RateLimits:Failures</c>, 20; a /48 five times as many), before we know
/// who it is. Only failures count: what many people behind one proxy do right costs none of them anything, and each route says what it
/// still does for a block that has used up its failures (docs/adr/0009).
/// </summary>
public sealed class FailureLimits
{
    private const int WideShare = 5;
    private const int MostBlocks = 50_000;

    private readonly ConcurrentDictionary<string, Bucket> blocks = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly int perSecond;

    public FailureLimits(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        perSecond = configuration.GetValue("RateLimits:Failures", 20);
        if (perSecond <= 0) throw new InvalidOperationException("RateLimits:Failures must be a whole number above 0.");
    }

    /// <summary>
    /// Counts a credential as wrong, before it is looked at, so that many at a time do not outrun the count; what turns out right is taken
    /// back by <see cref="GiveBack"/>.
    /// </summary>
    /// <returns>Whether the block may show one more.</returns>
    public bool Take(IPAddress? address)
    {
        var block = AddressBlock.Of(address);
        return Take(block.Narrow, perSecond) && (block.Wide is not { } wide || Take(wide, perSecond * WideShare));
    }

    public void GiveBack(IPAddress? address)
    {
        var block = AddressBlock.Of(address);
        if (blocks.TryGetValue(block.Narrow, out var narrow)) narrow.GiveBack();
        if (block.Wide is not null && blocks.TryGetValue(block.Wide, out var wide)) wide.GiveBack();
    }

    /// <summary>The answer to a block that has shown too many.</summary>
    public static ProblemHttpResult TooMany(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            "Too many credentials that are not valid came from this address. Wait as long as Retry-After says.");
    }

    private bool Take(string block, int rate)
    {
        // Full again is as good as never seen; in the worst case a flood of blocks begins anew for all.
        if (blocks.Count >= MostBlocks)
            foreach (var (name, old) in blocks)
                if (old.Left(rate) >= rate) blocks.TryRemove(name, out _);
        if (blocks.Count >= MostBlocks) blocks.Clear();
        return blocks.GetOrAdd(block, _ => new Bucket(clock)).Take(rate);
    }

    // Fills at the rate, up to two seconds of it.
    private sealed class Bucket(TimeProvider clock)
    {
        private readonly Lock turn = new();
        private double used;
        private long since = clock.GetTimestamp();

        public double Left(int rate)
        {
            lock (turn) return 2 * rate - UsedNow(rate);
        }

        public bool Take(int rate)
        {
            lock (turn)
            {
                (used, since) = (UsedNow(rate), clock.GetTimestamp());
                if (2 * rate - used < 1) return false;
                used++;
                return true;
            }
        }

        public void GiveBack()
        {
            lock (turn) used = Math.Max(0, used - 1);
        }

        private double UsedNow(int rate) => Math.Max(0, used - rate * clock.GetElapsedTime(since).TotalSeconds);
    }
}
