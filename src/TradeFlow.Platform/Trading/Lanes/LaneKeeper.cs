using System.Diagnostics;
using System.Numerics;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// Looks once a second, with one question for all lanes: which of this worker's are still its own, and in which an order waits. Which
/// have nobody, and what has become of the accounts, is asked when somebody tells of a change, and every five seconds. A lane is only there
/// while somebody calls it, so that whoever finds one without a holder has it begin. Nothing is written while nothing changes.
/// </summary>
internal sealed partial class LaneKeeper(
    LaneHost host, LaneStore store, ILanePlaces places, IWorkers workers, WorkerAccounts accounts, RedisBus bus,
    Supervisor supervisor, ILogger<LaneKeeper> log) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookWithoutRedis = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAtAll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAtAllWithoutRedis = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenMoves = TimeSpan.FromSeconds(5);
    // Each lane that moves logs in again, and brokers count log-ins.
    private const int MovesAtOnce = 20;
    private const int BeginsAtOnce = 32;
    private readonly Wake wake = new();
    private readonly Wake free = new();
    private int told;
    private (string Lanes, int Told) seen = ("", 0);
    private long lookedAtAll;
    private IReadOnlyList<Guid> orphans = [];

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("lanes.look", LookAsync), ("lanes.place", PlaceAsync), ("lanes.workers", ct => workers.WatchAsync(LookAtWorkers, ct))];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Measures.Watch(
            "tradeflow.lanes", "{lane}", "Lanes that this worker holds", () => host.Lives.Count(life => life.Lane.Hold.IsHeld));
        Measures.Watch(
            "tradeflow.lane.queue", "{order}", "Orders that wait in the lanes of this worker, as each has read them last",
            () => host.Lives.Sum(life => (long)life.Lane.Waiting));
        Measures.Watch("tradeflow.lane.busy", "{lane}", "Lanes of this worker that have an order in hand",
            () => host.Lives.Count(life => life.Lane.InHand));
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await accounts.KeepHeardAsync(now: true, cancellationToken);
        }
        catch (Exception e) when (DatabaseFault.Passes(e))
        {
            // Whoever has the lanes next hears of the accounts by himself.
            LogNotAnswered(e);
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        using var changed = bus.Subscribe(Topics.AccountChanged, _ => LookAgain());
        bus.Restored += LookAgain;
        try
        {
            while (true)
            {
                await LookOnceAsync(ct);
                await wake.WaitAsync(bus.IsConnected ? Look : LookWithoutRedis, ct);
            }
        }
        finally
        {
            bus.Restored -= LookAgain;
        }
    }

    private void LookAgain()
    {
        Interlocked.Increment(ref told);
        wake.Ring();
    }

    private void LookAtWorkers()
    {
        wake.Ring();
        free.Ring();
    }

    private async Task LookOnceAsync(CancellationToken ct)
    {
        try
        {
            if (workers.Living is not { Count: > 0 } living) return;
            var (asked, heard, mine) = (Stopwatch.GetTimestamp(), Volatile.Read(ref told), host.Lives);
            var isAll = heard != seen.Told || lookedAtAll == 0
                || Stopwatch.GetElapsedTime(lookedAtAll) >= (bus.IsConnected ? LookAtAll : LookAtAllWithoutRedis);
            var look = await store.LookAsync(workers.Self, isAll ? living : null, ct);
            if (look.Held == mine.Count && look.Print == mine.Aggregate(BigInteger.Zero, (sum, life) => sum + life.Lane.Print))
                foreach (var life in mine) life.Lane.Hold.Confirmed(asked);
            else await CompareAsync(mine, ct);
            foreach (var (account, leftBehind) in look.Waiting)
            {
                if (host.LifeOf(account)?.Lane is not { } lane) continue;
                if (leftBehind) lane.Turns.Post(() => TakeOver(lane));
                else lane.Orders.Ring();
            }
            if (look.Rest is { } rest)
            {
                if (rest.HasFree) free.Ring();
                if ((rest.Seen, heard) != seen) await HearAsync(mine, ct);
                (seen, lookedAtAll) = ((rest.Seen, heard), asked);
            }
            await accounts.KeepHeardAsync(now: false, ct);
        }
        catch (Exception e) when (DatabaseFault.Passes(e))
        {
            // No lane sends under an epoch that was not confirmed.
            LogNotAnswered(e);
        }
    }

    private static void TakeOver(Lane lane)
    {
        lane.TakeOverDue = true;
        lane.Orders.Ring();
    }

    // Something has begun or ended since, here or elsewhere.
    private async Task CompareAsync(IReadOnlyList<LaneLife> mine, CancellationToken ct)
    {
        var asked = Stopwatch.GetTimestamp();
        var held = await store.HeldAsync(workers.Self, ct);
        foreach (var life in mine)
        {
            var epoch = held.GetValueOrDefault(life.Lane.AccountId.Value);
            if (epoch == life.Lane.Epoch) life.Lane.Hold.Confirmed(asked);
            else if (!life.IsEnding) life.Lose();
        }
        // In our name, and without a life: one that could not be given back.
        orphans = [.. held.Keys.Where(account => host.LifeOf(account) is null)];
        if (orphans.Count > 0) free.Ring();
    }

    private async Task HearAsync(IReadOnlyList<LaneLife> mine, CancellationToken ct)
    {
        var served = (await accounts.ListServableAsync([.. mine.Select(life => life.Lane.AccountId.Value)], ct))
            .ToDictionary(one => one.Account.AccountId, one => one.Account);
        foreach (var life in mine)
        {
            if (served.TryGetValue(life.Lane.AccountId, out var account)) life.Lane.Turns.Post(() => life.Lane.Hear(account));
            else life.Finish();
        }
    }

    private async Task PlaceAsync(CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (workers is { IsOpen: true, Living: { Count: > 0 } living } && !await BeginFreeAsync(living, ct))
                    await EvenOutAsync(living, ct);
            }
            catch (Exception e) when (DatabaseFault.Passes(e))
            {
                LogNotAnswered(e);
            }
            await free.WaitAsync(BetweenMoves, ct);
        }
    }

    private async Task<bool> BeginFreeAsync(IReadOnlyCollection<string> living, CancellationToken ct)
    {
        var without = await store.FreeAsync(living, ct);
        without.AddRange(Interlocked.Exchange(ref orphans, []));
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = BeginsAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(without, atOnce, async (account, _) =>
        {
            try
            {
                await places.EnsureAsync(new AccountId(account));
            }
            catch (Exception e)
            {
                // Its Worker has just ended, or it could not begin: the next look finds it again.
                LogNotBegun(e, account);
            }
        });
        return without.Count > 0;
    }

    // A Worker that has just come has nothing yet: the one with the most gives some to the one with the fewest, as long as it matters.
    private async Task EvenOutAsync(IReadOnlyCollection<string> living, CancellationToken ct)
    {
        if (living.Count < 2) return;
        var counts = await store.CountAsync(living, ct);
        var (mine, least) = (counts.GetValueOrDefault(workers.Self), counts.MinBy(one => one.Value));
        if (counts.Any(one => one.Value > mine) || mine - least.Value <= Math.Max(1, mine / 10)) return;
        var mean = counts.Values.Sum() / counts.Count;
        var idle = host.Lives.Where(life => life is { HasBegun: true, IsEnding: false, Lane.InHand: false });
        foreach (var life in idle.Take((int)Math.Min(MovesAtOnce, Math.Max(1, mine - mean))))
        {
            await places.MoveAsync(life.Lane.AccountId, least.Key);
            Measures.LaneMoves.Add(1, new KeyValuePair<string, object?>("kind", "given"));
        }
        LogMoved(least.Key);
    }

    public override void Dispose()
    {
        wake.Dispose();
        free.Dispose();
        base.Dispose();
    }

    [LoggerMessage(4052, LogLevel.Warning, "PostgreSQL did not answer the lanes")]
    private partial void LogNotAnswered(Exception e);

    [LoggerMessage(4054, LogLevel.Warning, "Lane of account {AccountId} did not begin")]
    private partial void LogNotBegun(Exception e, Guid accountId);

    [LoggerMessage(4055, LogLevel.Information, "Some lanes go to {Worker}, which has the fewest")]
    private partial void LogMoved(string worker);
}
