using System.Collections.Concurrent;
using System.Numerics;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>One account in this worker, under one epoch: what its dispatcher, reconciler and sync share.</summary>
internal sealed class Lane(AccountContext account, long epoch) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, int> attempts = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> deferred = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> nextLooks = new();
    private readonly Lock hearing = new();
    private AccountContext account = account;

    public AccountId AccountId { get; } = account.AccountId;
    public TenantId Tenant { get; } = account.TenantId;

    /// <summary>What is claimed is claimed under it.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>Its part of the sum by which a Worker knows its lanes (<see cref="LanesSeen"/>).</summary>
    public BigInteger Print { get; } = LaneStore.PrintOf(account.AccountId, epoch);

    public LaneHold Hold { get; } = new();

    /// <summary>Called when a claim was refused because a newer epoch has begun.</summary>
    public Action? Fenced { get; set; }

    public Wake Orders { get; } = new();
    public Wake Reconcile { get; } = new();
    public Wake Sync { get; } = new();
    public ReadingPace Readings { get; } = new();
    public Wake Stops { get; } = new();
    public PositionBook Book { get; } = new();

    /// <summary>Fills that are stored already.</summary>
    public FillMemory Fills { get; } = new();

    public WorkingHint Working { get; } = new();

    /// <summary>When the working orders are asked for.</summary>
    public OrderLooks Looks { get; } = new();

    /// <summary>An earlier epoch may have left orders behind in this lane.</summary>
    public volatile bool TakeOverDue = true;

    /// <summary>An order is under way. Readings wait a little for it: brokers count their requests, and its own look-ups come first.</summary>
    public volatile bool InHand;

    /// <summary>How many orders waited when the queue was read last, less the one that has ended since.</summary>
    public volatile int Waiting;

    /// <summary>As it was read last.</summary>
    public AccountContext Account => Volatile.Read(ref account);

    /// <summary>Takes what was read of the account, unless something newer is known.</summary>
    public void Hear(AccountContext now)
    {
        long before;
        lock (hearing)
        {
            before = account.Version;
            if (now.Version < before) return;
            Volatile.Write(ref account, now);
        }
        if (now.Version == before) return;
        // Connected again, switched on, stopped: nothing that follows from it need wait out its pause.
        Sync.Ring();
        Stops.Ring();
    }

    /// <summary>Looks at its orders, and at what has been decided about its account.</summary>
    public void Look()
    {
        Orders.Ring();
        Stops.Ring();
    }

    /// <summary>Counts how often an order proved unsent.</summary>
    public int CountAttempt(Guid order) => attempts.AddOrUpdate(order, 1, (_, before) => before + 1);

    public void Defer(Guid order, DateTimeOffset until) => deferred[order] = until;

    public bool IsDeferred(Guid order, DateTimeOffset now) => deferred.TryGetValue(order, out var until) && until > now;

    /// <summary>When an order of unknown outcome is looked for next; unset before this lane first met it.</summary>
    public DateTimeOffset NextLook(Guid order) => nextLooks.GetValueOrDefault(order);

    public void NextLook(Guid order, DateTimeOffset at) => nextLooks[order] = at;

    /// <summary>Drops what is remembered of orders that wait no more, whichever way they ended.</summary>
    public void KeepPending(IReadOnlySet<Guid> pending)
    {
        foreach (var order in attempts.Keys.Where(order => !pending.Contains(order))) attempts.TryRemove(order, out _);
        foreach (var order in deferred.Keys.Where(order => !pending.Contains(order))) deferred.TryRemove(order, out _);
    }

    /// <summary>The same for orders of unknown outcome.</summary>
    public void KeepUnknown(IReadOnlySet<Guid> unknown)
    {
        foreach (var order in nextLooks.Keys.Where(order => !unknown.Contains(order))) nextLooks.TryRemove(order, out _);
    }

    /// <summary>How many orders something is remembered of.</summary>
    public int Remembered => attempts.Count + deferred.Count + nextLooks.Count;

    public void Forget(Guid order)
    {
        attempts.TryRemove(order, out _);
        deferred.TryRemove(order, out _);
        nextLooks.TryRemove(order, out _);
    }

    public void Dispose()
    {
        Orders.Dispose();
        Reconcile.Dispose();
        Sync.Dispose();
        Stops.Dispose();
    }
}
