using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Who a limit counts for; what is shared is counted together by all sessions that share it, and outlives any of them.</summary>
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
/// <param name="Window">The permits of this Worker.</param>
/// <param name="WithReserve">The part that is held back is for this request too.</param>
/// <param name="Rule">The rule of the manifest that it keeps.</param>
/// <param name="Common">The window of all Workers, where there is one.</param>
internal readonly record struct RateGate(RollingWindow Window, bool WithReserve, RateLimitRule Rule, CommonWindow? Common);

/// <summary>A window that several Workers take from.</summary>
/// <param name="Name">What it counts; it is in no log and leaves the process as a hash.</param>
/// <param name="Permits">What the broker allows to all Workers together.</param>
/// <param name="Per">In any stretch of this length.</param>
/// <param name="WithReserve">The part that is held back is for this request too.</param>
internal sealed record CommonWindow(string Name, int Permits, TimeSpan Per, bool WithReserve);

/// <summary>What the Workers take from together. Tests put one without a network here.</summary>
internal interface IPermitPool
{
    /// <summary>It answers now.</summary>
    bool Answers { get; }

    /// <summary>
    /// True while others may take from the pool what would be this Worker's share of it: then half of its share is all that is its own.
    /// </summary>
    bool HasPartOfShare(TimeSpan per);

    /// <summary>Takes a permit of each window, or of none.</summary>
    /// <returns>For each window null when it has a permit, else why not; all null when they were taken. Null when nobody answers.</returns>
    ValueTask<IReadOnlyList<NoPermit?>?> TakeAsync(IReadOnlyList<CommonWindow> windows);

    /// <summary>Nobody gets a permit of the windows before the pause is over; told where somebody hears it.</summary>
    void Pause(IReadOnlyList<CommonWindow> windows, TimeSpan time);
}

/// <summary>
/// The limits of the manifests and of what brokers say at run time. What counts for more than one account is shared by the Workers that
/// run: half of it lies in a pool that all take from, and the other half is divided, so that each has something where the pool does not
/// answer. Without a pool all of it is divided. All of them together stay within what the broker allows, whether or not they reach each
/// other (docs/adr/0020).
/// </summary>
/// <param name="workers">How many Workers run.</param>
/// <param name="pool">None where Workers do not reach one.</param>
internal sealed class RateLimits(TimeProvider clock, Func<int>? workers = null, IPermitPool? pool = null)
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Counted> counted = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private long swept = clock.GetTimestamp();

    /// <summary>How many windows there are.</summary>
    public int Count => counted.Values.Sum(one => one.Windows.Count);

    /// <summary>
    /// The windows that a request of the class has to pass. A class without a rule of its own passes freely, except that a cancel counts
    /// with the orders, and what an exit reads with the exits or else with the reads. A reserve is held back only where it is for somebody.
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
        return [.. manifest.RateLimits.Where(rule => rule.Class == name).Select(rule => GateOf(rule, scope, withReserve))];
    }

    /// <summary>
    /// Takes a permit of each window that a request of the class has to pass, or of none, waiting for them at most <paramref
    /// name="patience"/> and until <paramref name="ct"/> ends; the end of the wait is an answer and no exception.
    /// </summary>
    /// <returns>The windows, and where no permit was taken: the one that is free last, and why it is not.</returns>
    public async ValueTask<(IReadOnlyList<RateGate> Gates, (RateGate Gate, NoPermit Why)? Refused)> TakeAsync(
        ConnectorManifest manifest, LimitScope scope, RequestClass requestClass, TimeSpan patience, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            // Looked up anew each time: the share of this Worker may be another one by now.
            var gates = For(manifest, scope, requestClass);
            if (await TryTakeAsync(gates) is not { } refused) return (gates, null);
            if (clock.GetElapsedTime(begun) + refused.Why.Wait > patience) return (gates, refused);
            await Task.Delay(refused.Why.Wait, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ct.IsCancellationRequested) return (gates, refused);
        }
    }

    /// <summary>The broker has asked for a pause.</summary>
    public void Pause(IReadOnlyList<RateGate> gates, TimeSpan time)
    {
        foreach (var gate in gates) gate.Window.Pause(time);
        CommonWindow[] common = [.. gates.Select(gate => gate.Common).OfType<CommonWindow>()];
        if (common.Length > 0) pool?.Pause(common, time);
    }

    // The pool is asked first: what is this Worker's own is there for when nobody answers. Its own windows are held meanwhile, and what
    // the pool refuses is taken from what is its own, where there is some; no window loses a permit to a request that does not go.
    private async ValueTask<(RateGate Gate, NoPermit Why)?> TryTakeAsync(IReadOnlyList<RateGate> gates)
    {
        HashSet<int> asked = pool?.Answers == true ? [.. Enumerable.Range(0, gates.Count).Where(at => gates[at].Common is not null)] : [];
        while (true)
        {
            int[] own = [.. Enumerable.Range(0, gates.Count).Where(at => !asked.Contains(at))];
            (RollingWindow, bool)[] windows = [.. own.Select(at => (gates[at].Window, gates[at].WithReserve))];
            if (asked.Count == 0) return RollingWindow.TryTakeAll(windows) is { } full ? (gates[own[full.At]], full.Refused) : null;

            if (RollingWindow.TryHoldAll(windows, out var hold) is { } refused) return (gates[own[refused.At]], refused.Refused);
            int[] common = [.. asked.Order()];
            // Asked for by somebody who is there, and never throws: what is held is always let go.
            var answer = await pool!.TakeAsync([.. common.Select(at => gates[at].Common!)]);
            if (answer?.All(one => one is null) == true)
            {
                hold.Keep();
                return null;
            }
            hold.GiveBack();
            if (answer is null)
            {
                asked.Clear();
                continue;
            }
            if (LastOf(gates, common, answer, asked) is { } last) return last;
        }
    }

    // What the pool has none of is no longer asked for, where this Worker has something of its own.
    private static (RateGate Gate, NoPermit Why)? LastOf(
        IReadOnlyList<RateGate> gates, int[] common, IReadOnlyList<NoPermit?> answer, HashSet<int> asked)
    {
        (RateGate Gate, NoPermit Why)? last = null;
        for (var i = 0; i < common.Length; i++)
        {
            if (answer[i] is not { } none) continue;
            var gate = gates[common[i]];
            asked.Remove(common[i]);
            if (!none.ByBroker)
            {
                if (gate.Window.Look(gate.WithReserve) is not { } ownNone) continue;
                if (ownNone.Wait < none.Wait) none = ownNone;
            }
            if (none.Wait > (last?.Why.Wait ?? TimeSpan.Zero)) last = (gate, none);
        }
        return last;
    }

    public RollingWindow Bucket(LimitScope scope, string bucket) => Named(scope.KeyOf("account"), $"bucket|{bucket}");

    public RollingWindow? FindBucket(LimitScope scope, string bucket) =>
        counted.TryGetValue(scope.KeyOf("account"), out var its) ? its.Windows.GetValueOrDefault($"bucket|{bucket}") : null;

    /// <summary>
    /// Keeps the windows of the scope for as long as a session has it. After the last one they are kept for what still counts in them,
    /// and dropped.
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

    private RateGate GateOf(RateLimitRule rule, LimitScope scope, bool withReserve)
    {
        var (key, name, per) = (scope.KeyOf(rule.Scope), $"{rule.Class}|{rule.PerSeconds}", TimeSpan.FromSeconds(rule.PerSeconds));
        var window = Named(key, name);
        var sharers = rule.Scope == "account" ? 1 : workers?.Invoke() ?? 1;
        window.Set(OwnOf(rule.Permits, sharers, per), per);
        var common = sharers > 1 && pool is not null ? new CommonWindow($"{key}|{name}", rule.Permits, per, withReserve) : null;
        return new RateGate(window, withReserve, rule, common);
    }

    // Where a broker allows less than one each, each has one all the same once it is alone: an exit must get through.
    private int OwnOf(int permits, int sharers, TimeSpan per) =>
        sharers <= 1 ? permits : pool?.HasPartOfShare(per) == true ? permits / (2 * sharers) : Math.Max(1, permits / sharers);

    private sealed class Counted
    {
        public ConcurrentDictionary<string, RollingWindow> Windows { get; } = new(StringComparer.Ordinal);

        /// <summary>Under the gate.</summary>
        public int Sessions { get; set; }
    }
}
