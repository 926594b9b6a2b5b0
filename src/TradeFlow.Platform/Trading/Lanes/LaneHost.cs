using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Emergency;
using TradeFlow.Platform.Trading.Reconcile;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>The lanes that run in this worker. Which ones do is not decided here.</summary>
internal sealed partial class LaneHost(
    LaneStore store, WorkerAccounts accounts, LaneRunner runner, Reconciler reconciler, AccountSync sync, StopChase stops, LaneWatch watch,
    OrderNews news, Traces traces, IBrokerSessions sessions, IWorkers workers, TimeProvider clock, ILogger<LaneHost> log)
{
    private readonly ConcurrentDictionary<Guid, LaneLife> lives = new();

    public IReadOnlyList<LaneLife> Lives => [.. lives.Values];

    public bool Holds(Guid account) => lives.TryGetValue(account, out var life) && life.HasBegun && life.Lane.Hold.IsHeld;

    public LaneLife? LifeOf(Guid account) => lives.GetValueOrDefault(account);

    public Lane? LaneOf(AccountId account) => LifeOf(account.Value)?.Lane;

    /// <summary>The account's names for symbols as this worker has them; <c>null</c> when it does not serve the account.</summary>
    public SymbolMap? MapOf(Guid account) => LifeOf(account)?.Lane.Account.Symbols;

    /// <summary>Has a lane look, and waits for what becomes of an order of it: as JSON, or <c>null</c>.</summary>
    public async Task<string?> SubmittedAsync(LaneLife life, SubmittedOrder submitted)
    {
        traces.Await(submitted.Order, submitted.Trace);
        life.Lane.Look();
        return await news.WaitAsync(submitted.Order, submitted.AtMost, life.Ending);
    }

    /// <summary>Begins the next epoch of a lane, here.</summary>
    /// <param name="over">Called when it ends for a reason of its own: a newer epoch, an account that is gone.</param>
    /// <returns><c>null</c> where there is nothing to serve.</returns>
    public async Task<LaneLife?> BeginAsync(AccountId account, Action over, CancellationToken ct)
    {
        // What an earlier one has in hand here must end first, or its order would look like nobody's.
        while (lives.TryGetValue(account.Value, out var before)) await before.EndAsync().WaitAsync(ct);
        if (await accounts.FindAsync(account, ct) is not { Account.Status: not AccountStatuses.Pending } served) return null;
        var asked = Stopwatch.GetTimestamp();
        var (epoch, earlier) = await store.BeginAsync(served.Account, workers.Self, ct);
        var lane = new Lane(served.Account, epoch);
        var life = new LaneLife(lane, this, store, sessions, over, log);
        lane.Fenced = life.Lose;
        lane.Hold.Confirmed(asked);
        lives[account.Value] = life;
        Measures.LaneMoves.Add(1, new KeyValuePair<string, object?>("kind", "begun"));
        LogBegun(account.Value, epoch, earlier ?? "nobody");
        // One that was not given back may go on elsewhere for as long as it believes its epoch.
        var after = earlier is null || earlier == workers.Self
            ? Task.CompletedTask
            : Task.Delay(LaneHold.Believed, clock, CancellationToken.None);
        life.Begin(
            watch, after, ("lane.orders", runner.RunAsync), ("lane.unknown", reconciler.RunAsync), ("lane.sync", sync.RunAsync),
            ("lane.stops", stops.RunAsync));
        return life;
    }

    public void Forget(LaneLife life)
    {
        if (lives.TryRemove(new(life.Lane.AccountId.Value, life)))
            Measures.LaneMoves.Add(1, new KeyValuePair<string, object?>("kind", "ended"));
    }

    [LoggerMessage(4050, LogLevel.Information, "Lane of account {AccountId} begins epoch {Epoch} here, after {Earlier}")]
    private partial void LogBegun(Guid accountId, long epoch, string earlier);
}
