using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>What one case plays on: a flat venue, a context of its own, and the sessions that it opens.</summary>
internal sealed partial class CaseStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PatienceWithReal = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenRealReads = TimeSpan.FromSeconds(1);
    private readonly bool isReal;
    private readonly LoadedPlugin? plugin;
    private readonly IVenue? venue;
    private readonly List<IBrokerConnector> sessions = [];
    private readonly Random random;

    public CaseStage(ConformanceTarget target, LoadedPlugin? plugin, IVenue? venue, int seed, CancellationToken ct)
    {
        (Target, this.plugin, this.venue, Ct) = (target, plugin, venue, ct);
        isReal = venue is DemoAccount;
        // An id that a real broker has seen must not come again.
        random = isReal ? Random.Shared : new Random(seed);
        Clock = new KitClock(isReal);
        Agent = venue?.Agent is { } channel ? new KitAgent(channel) : null;
        Http = new KitHttp(plugin is null || venue is null ? [] : [.. venue.Endpoints.Values.Select(endpoint => endpoint.Host),
            .. plugin.Manifest.Egress], isReal ? BetweenRealReads : TimeSpan.Zero);
    }

    public ConformanceTarget Target { get; }
    public CancellationToken Ct { get; }
    public LoadedPlugin Plugin => plugin ?? throw new InvalidOperationException("A static case runs nothing.");
    public IVenue Venue => venue ?? throw new InvalidOperationException("A static case has no venue.");
    public ConnectorManifest Manifest => Plugin.Manifest;
    public KitHttp Http { get; }
    public KitAgent? Agent { get; }
    public KitClock Clock { get; }
    public KitLog Log { get; } = new();
    public KitState State { get; } = new();

    /// <summary>True when the broker is reached by HTTP.</summary>
    public bool SpeaksHttp => Venue.Endpoints.Values.Any(endpoint => endpoint.Scheme is "http" or "https");

    public string NewId()
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        return "tf" + new string([.. Enumerable.Range(0, 22).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
    }

    // ---- verdicts

    public static void Require([DoesNotReturnIf(false)] bool holds, string otherwise)
    {
        if (!holds) throw new CaseFailedException(otherwise);
    }

    public static T RequireIs<T>(object? value, string otherwise) where T : class =>
        value as T ?? throw new CaseFailedException($"{otherwise} It was {Tell(value)}.");

    [DoesNotReturn]
    public static void Fail(string reason) => throw new CaseFailedException(reason);

    public static void SkipUnless(bool declared, string reason)
    {
        if (!declared) throw new CaseSkippedException(reason);
    }

    public void NeedsHttp() => SkipUnless(SpeaksHttp, "The venue has no HTTP endpoint.");

    public KitAgent NeedsAgent() => Agent ?? throw new CaseSkippedException("The broker is not reached through an agent.");

    public void NeedsPower(VenuePowers power) => SkipUnless(Venue.Powers.HasFlag(power), $"The venue double does not declare {power}.");

    public void NeedsOrderType(string type) =>
        SkipUnless(Manifest.Capabilities.OrderTypes.Contains(type), $"The manifest does not declare {type} orders.");

    public static string Tell(object? value) =>
        value switch { null => "nothing", Exception e => $"{e.GetType().Name}: {e.Message}", _ => value.ToString() ?? "" };

    // ---- time

    /// <summary>
    /// Waits for a condition, not for time. The context's clock is put forward in small steps meanwhile, so that polling goes fast.
    /// </summary>
    public async Task<T> EventuallyAsync<T>(Func<Task<T?>> look, string otherwise) where T : class
    {
        var watch = Stopwatch.StartNew();
        var patience = isReal ? PatienceWithReal : Patience;
        while (true)
        {
            if (await look().ConfigureAwait(false) is { } seen) return seen;
            if (watch.Elapsed > patience) Fail($"{otherwise} It did not within {patience.TotalSeconds:0} s.");
            await Task.Delay(isReal ? BetweenRealReads : TimeSpan.FromMilliseconds(25), Ct).ConfigureAwait(false);
            Clock.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            try
            {
                await session.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // How a session is disposed of has cases of its own; here it only has to be gone.
            }
        }
        Http.Dispose();
    }
}
