using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>
/// How many requests for tokens an address may make in a minute that are not right: as many as log-ins (<c>RateLimits:SignIn</c>, 10).
/// Those that are right cost nothing: a partner's server asks for all of its people.
/// </summary>
internal sealed class TokenFailures(IConfiguration configuration, TimeProvider clock)
{
    private const int MostBlocks = 50_000;
    private readonly int perMinute = configuration.GetValue("RateLimits:SignIn", 10);
    private readonly ConcurrentDictionary<string, int> blocks = new(StringComparer.Ordinal);
    private long minute;

    /// <summary>Counts before the request is looked at, so that many at a time do not outrun the count.</summary>
    public bool Take(IPAddress? address)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (Interlocked.Exchange(ref minute, now) != now || blocks.Count >= MostBlocks) blocks.Clear();
        return blocks.AddOrUpdate(AddressBlock.Of(address).Narrow, 1, static (_, taken) => taken + 1) <= perMinute;
    }

    public void GiveBack(IPAddress? address) =>
        blocks.AddOrUpdate(AddressBlock.Of(address).Narrow, 0, static (_, taken) => Math.Max(0, taken - 1));
}
