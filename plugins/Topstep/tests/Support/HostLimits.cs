using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Http;

namespace TradeFlow.Plugins.Topstep.Tests.Support;

/// <summary>The limits of the manifest, kept by the host's own windows, and what had to wait for them.</summary>
internal sealed class HostLimits(TimeProvider clock)
{
    private static readonly ConnectorManifest Manifest = ConnectorManifest.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory,
        "connector.json")));

    private readonly RateLimits limits = new(clock);
    private readonly LimitScope user = new("topstep", "sim", "user", "account");
    private int waits;

    /// <summary>How often something had to wait.</summary>
    public int Waits => waits;

    public async Task PassAsync(RequestClass requestClass, CancellationToken ct)
    {
        foreach (var gate in limits.For(Manifest, user, requestClass))
        {
            if (await gate.Window.TakeAsync(gate.WithReserve, TimeSpan.Zero, CancellationToken.None) is null) continue;
            Interlocked.Increment(ref waits);
            if (await gate.Window.TakeAsync(gate.WithReserve, TimeSpan.FromSeconds(30), ct) is { } refused)
                throw new RequestNotSentException("kept back") { RetryAfter = refused.Wait };
        }
    }
}
