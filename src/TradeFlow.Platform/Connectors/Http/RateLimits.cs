using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Who a limit counts for; what is shared is counted together by all sessions of this Worker, which has its share of it, and outlives any of them.</summary>
internal sealed record LimitScope(string Slug, string Mode, string Credential, string Account)
{
    public string KeyOf(string scope) => scope switch
    {
        "ip" or "plugin" => $"{Slug}/{Mode}",
        "credential" => $"{Slug}/{Mode}/{Credential}",
        _ => $"{Slug}/{Mode}/{Credential}/{Account}",
    };

    public IEnumerable<string> Keys => [KeyOf("ip"), KeyOf("credential"), KeyOf("account")];
}

/// <summary>A window that a request has to pass.</summary>
/// <param name="Window">The permits.</param>
/// <param name="WithReserve">The part that is held back is for this request too.</param>
/// <param name="Rule">The rule of the manifest that it keeps.</param>
internal readonly record struct RateGate(RollingWindow Window, bool WithReserve, RateLimitRule Rule);

/// <summary>
/// The limits of the manifests and of what brokers say at run time. What counts for more than one account is divided by the Workers that run: an account is
/// served by one of them, and all of them together stay within what the broker allows, whether or not they reach each other.
/// </summary>
/// <param name="workers">How many Workers run.</param>
internal sealed class RateLimits(TimeProvider clock, Func<int>? workers = null)
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Counted> counted = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long swept = clock.GetTimestamp();

    /// <summary>How many windows there are.</summary>
    public int Count => counted.Values.Sum(one => one.Windows.Count);

    /// <summary>
    /// The windows that a request of the class has to pass. A class without a rule of its own passes freely, except that a cancel counts with the orders, and
    /// what an exit reads with the exits or else with the reads. A reserve is held back only where it is for somebody.
    /// </summary>
    public IReadOnlyList<RateGate> For(ConnectorManifest manifest, LimitScope scope, RequestClass requestClass)
    {
        var exitsApart = manifest.RateLimits.Any(rule => rule.Class == "cancel");
        var (name, withReserve) = requestClass switch
        {
            RequestClass.Order => ("order", exitsApart),
            RequestClass.Cancel => (exitsApart ? "cancel" : "order", true),
            RequestClass.ExitQuery => exitsApart ? ("cancel", false) : ("query", true),
            RequestClass.Auth => ("auth", true),
            RequestClass.Quote => ("quote", true),
            _ => ("query", exitsApart),
        };
        return [.. manifest.RateLimits.Where(rule => rule.Class == name).Select(rule => new RateGate(WindowOf(rule, scope), withReserve, rule))];
    }

    public RollingWindow Bucket(LimitScope scope, string bucket) => Named(scope.KeyOf("account"), $"bucket|{bucket}");

    public RollingWindow? FindBucket(LimitScope scope, string bucket) =>
        counted.TryGetValue(scope.KeyOf("account"), out var its) ? its.Windows.GetValueOrDefault($"bucket|{bucket}") : null;

    /// <summary>
    /// Keeps the windows of the scope for as long as a session has it. After the last one they are kept for what still counts in them, and dropped.
    /// </summary>
    public void Enter(LimitScope scope)
    {
        lock (gate)
        {
            foreach (var key in scope.Keys) counted.GetOrAdd(key, static _ => new Counted()).Sessions++;
            Sweep();
        }
    }

    /// <summary>The end of a session that has entered.</summary>
    public void Leave(LimitScope scope)
    {
        lock (gate)
        {
            foreach (var key in scope.Keys)
                if (counted.TryGetValue(key, out var its)) its.Sessions--;
            Sweep();
        }
    }

    private void Sweep()
    {
        if (clock.GetElapsedTime(swept) < SweepEvery) return;
        swept = clock.GetTimestamp();
        foreach (var (key, its) in counted)
            if (its.Sessions <= 0 && its.Windows.Values.All(window => window.IsIdle)) counted.TryRemove(key, out _);
    }

    private RollingWindow Named(string key, string name) =>
        counted.GetOrAdd(key, static _ => new Counted()).Windows.GetOrAdd(name, static (_, time) => new RollingWindow(time), clock);

    private RollingWindow WindowOf(RateLimitRule rule, LimitScope scope)
    {
        var window = Named(scope.KeyOf(rule.Scope), $"{rule.Class}|{rule.PerSeconds}");
        window.Set(rule.Scope == "account" ? rule.Permits : rule.Permits / Math.Max(1, workers?.Invoke() ?? 1), TimeSpan.FromSeconds(rule.PerSeconds));
        return window;
    }

    private sealed class Counted
    {
        public ConcurrentDictionary<string, RollingWindow> Windows { get; } = new(StringComparer.Ordinal);

        /// <summary>Under the gate.</summary>
        public int Sessions { get; set; }
    }
}
