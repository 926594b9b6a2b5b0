using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Emergency;
using TradeFlow.Platform.Trading.Reconcile;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// Holds the lanes of this worker: leases them, wakes them, gives them back. Lanes that nobody holds are taken by whoever asks first; a second worker
/// stands by and takes over within a lease when the first one dies.
/// </summary>
internal sealed partial class LaneHost(
    LaneStore store, WorkerAccounts accounts, LaneRunner runner, Reconciler reconciler, AccountSync sync, StopChase stops, LaneWatch watch,
    RedisBus bus, Traces traces, TimeProvider clock, ILogger<LaneHost> log)
    : BackgroundService
{
    private static readonly TimeSpan Renew = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<Guid, Serving> lanes = new();
    private readonly Wake renewal = new();
    private readonly Wake poll = new();
    private int told;
    private (string Lanes, int Told) seen = ("", 0);

    // Another one after each time that the lease was lost: what was begun under the old one is never taken for ours.
    private Guid worker = NewId.At(clock);

    public Guid Worker => worker;

    public bool Holds(Guid account) => lanes.TryGetValue(account, out var serving) && serving.Lane.Lease.IsHeld;

    public Lane? LaneOf(AccountId account) => lanes.GetValueOrDefault(account.Value)?.Lane;

    /// <summary>The account's names for symbols as this worker has them; <c>null</c> when it does not serve the account.</summary>
    public SymbolMap? MapOf(Guid account) => lanes.TryGetValue(account, out var serving) ? serving.Lane.Account.Symbols : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Measures.Watch("tradeflow.lanes", "{lane}", "Lanes that this worker holds", () => lanes.Values.Count(serving => serving.Lane.Lease.IsHeld));
        using var recorded = bus.Subscribe(Topics.OrderRecorded, WakeLane);
        using var changed = bus.Subscribe(Topics.AccountChanged, _ => LookAgain());
        bus.Restored += poll.Ring;
        await Task.WhenAll(
            watch.RunAsync("lanes.poll", PollAsync, stoppingToken), watch.RunAsync("lanes.lease", LeaseAllAsync, stoppingToken));
        bus.Restored -= poll.Ring;
        await DrainAsync();
    }

    private async Task LeaseAllAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await LeaseAsync(ct);
            await renewal.WaitAsync(Renew, ct);
        }
    }

    private void WakeLane(string message)
    {
        if (!traces.TryHear(message, out var account)) return;
        if (lanes.TryGetValue(account, out var serving)) serving.Lane.Orders.Ring();
        else LookAgain(); // an account that is new
    }

    private void LookAgain()
    {
        Interlocked.Increment(ref told);
        renewal.Ring();
    }

    private async Task LeaseAsync(CancellationToken ct)
    {
        try
        {
            var asked = Stopwatch.GetTimestamp();
            var (anew, heard) = (NewId.At(clock), Volatile.Read(ref told));
            var renewal = await store.RenewAsync(worker, anew, ct);
            if (!renewal.Held)
            {
                worker = anew;
                foreach (var (account, serving) in lanes)
                    if (!serving.IsLost) await EndAsync(account, serving);
            }
            // A lane that was lost, or whose account is gone, keeps its place until what it had in hand has ended.
            foreach (var (account, lost) in lanes.Where(entry => entry.Value.IsLost && entry.Value.Ended.IsCompleted))
            {
                lanes.TryRemove(account, out _);
                await lost.DisposeAsync();
            }
            // Nothing has changed: the lanes are those of the last time.
            if (renewal is { Held: true, HasFree: false } && (renewal.Seen, heard) == seen)
            {
                foreach (var serving in lanes.Values.Where(serving => !serving.IsLost)) serving.Lane.Lease.Renewed(asked);
                return;
            }
            await ServeAsync(asked, ct);
            // What is taken changes it, and what was lost is asked for again.
            seen = renewal.Held && lanes.Values.All(serving => !serving.IsLost) ? (renewal.Seen, heard) : ("", 0);
        }
        catch (Exception e) when (DatabaseFault.Passes(e))
        {
            // The leases run out by themselves if this lasts; no lane sends without one.
            LogNotRenewed(e);
        }
    }

    private async Task ServeAsync(long asked, CancellationToken ct)
    {
        var served = (await accounts.ListServableAsync(ct)).Select(account => account.Account).ToList();
        var mine = await store.TakeAsync(worker, served, ct);
        foreach (var account in served)
        {
            if (!mine.Contains(account.AccountId.Value)) continue;
            var serving = lanes.GetOrAdd(account.AccountId.Value, _ => Start(account));
            // One runner a lane: what the earlier one has in hand must end first, or its order would look like nobody's.
            if (serving.IsLost) continue;
            serving.Lane.Hear(account);
            serving.Lane.Lease.Renewed(asked);
            serving.Begin(
                watch, ("lane.orders", runner.RunAsync), ("lane.unknown", reconciler.RunAsync), ("lane.sync", sync.RunAsync),
                ("lane.stops", stops.RunAsync));
        }
        foreach (var (account, serving) in lanes)
            if (!mine.Contains(account) && !serving.IsLost) await EndAsync(account, serving);
    }

    private Serving Start(AccountContext account)
    {
        LogTaken(account.AccountId.Value);
        return new Serving(new Lane(account, worker));
    }

    private async Task EndAsync(Guid account, Serving serving)
    {
        LogLost(account);
        serving.Lane.Lease.Lost();
        await serving.EndAsync();
    }

    // One query for all lanes: finds what a lost message would have told, and orders that a dead worker left behind.
    private async Task PollAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await poll.WaitAsync(TimeSpan.FromMilliseconds(bus.IsConnected ? 1000 : 200), ct);
                if (lanes.IsEmpty) continue;
                foreach (var (account, leftBehind) in await store.WaitingAsync(worker, ct))
                {
                    if (!lanes.TryGetValue(account, out var serving)) continue;
                    if (leftBehind) serving.Lane.TakeOverDue = true;
                    serving.Lane.Orders.Ring();
                }
                await accounts.KeepHeardAsync(now: false, ct);
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                LogNotRenewed(e);
            }
        }
    }

    // What has been sent is waited for, what has not begun is left to the next worker.
    private async Task DrainAsync()
    {
        var held = lanes.Values.Where(serving => !serving.IsLost).Select(serving => serving.Lane).ToList();
        foreach (var serving in lanes.Values) await serving.EndAsync();
        using var renewing = new CancellationTokenSource(Drain, clock);
        var ended = Task.WhenAll(lanes.Values.Select(serving => serving.Ended));
        try
        {
            while (!ended.IsCompleted)
            {
                // The lease goes on while an order is under way, so that nobody looks for it too early.
                await Task.WhenAny(ended, Task.Delay(Renew, clock, renewing.Token));
                if (ended.IsCompleted || renewing.IsCancellationRequested) break;
                var asked = Stopwatch.GetTimestamp();
                // Gone while nobody renewed it: the lanes may be somebody else's.
                if (!(await store.RenewAsync(worker, worker, CancellationToken.None)).Held) break;
                foreach (var lane in held) lane.Lease.Renewed(asked);
            }
            // Before anybody else may take it: what has not left by now must not leave any more.
            foreach (var lane in held) lane.Lease.Lost();
            await store.ReleaseAsync(worker, CancellationToken.None);
            await accounts.KeepHeardAsync(now: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The leases run out by themselves, and the process ends whatever happened here.
            LogNotRenewed(e);
        }
        lanes.Clear();
    }

    public override void Dispose()
    {
        renewal.Dispose();
        poll.Dispose();
        base.Dispose();
    }

    private sealed class Serving(Lane lane) : IAsyncDisposable
    {
        private readonly CancellationTokenSource end = new();

        public Lane Lane { get; } = lane;

        /// <summary>The lane went to somebody else, or the process ends: no order is begun any more.</summary>
        public bool IsLost => end.IsCancellationRequested;
        public Task Ended { get; private set; } = Task.CompletedTask;
        private bool begun;

        public void Begin(LaneWatch watch, params ReadOnlySpan<(string Name, Func<Lane, CancellationToken, Task> Loop)> loops)
        {
            if (begun) return;
            begun = true;
            List<Task> running = [];
            foreach (var (name, loop) in loops) running.Add(Task.Run(() => watch.RunAsync(Lane, name, loop, end.Token)));
            Ended = Task.WhenAll(running);
        }

        public Task EndAsync() => end.CancelAsync();

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
            Lane.Dispose();
        }
    }

    [LoggerMessage(4050, LogLevel.Information, "Lane of account {AccountId} is ours")]
    private partial void LogTaken(Guid accountId);

    [LoggerMessage(4051, LogLevel.Warning, "Lane of account {AccountId} is not ours any more")]
    private partial void LogLost(Guid accountId);

    [LoggerMessage(4052, LogLevel.Warning, "PostgreSQL did not answer the lanes")]
    private partial void LogNotRenewed(Exception e);
}
