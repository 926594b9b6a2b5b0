using System.Diagnostics;
using System.Numerics;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// One account in this worker, under one epoch: what its dispatcher, reconciler and sync share. All of them run in <see cref="Turns"/>, one
/// piece at a time; from elsewhere its bells are rung, <see cref="Hold"/> is asked, and what else is to be done here is posted.
/// </summary>
internal sealed class Lane(AccountContext account, long epoch) : IDisposable
{
    private readonly Dictionary<Guid, (int Count, DateTimeOffset Since)> attempts = [];
    private readonly Dictionary<Guid, DateTimeOffset> deferred = [];
    private readonly Dictionary<Guid, DateTimeOffset> nextLooks = [];
    private readonly HashSet<Guid> unsent = [];
    private readonly PositionBook book = new();
    private readonly FillMemory fills = new();
    private readonly WorkingHint working = new();
    private readonly OrderLooks looks = new();
    private bool takeOverDue = true;

    public LaneTurns Turns { get; } = new();

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
    public PositionBook Book => Own(book);

    /// <summary>Fills that are stored already.</summary>
    public FillMemory Fills => Own(fills);

    public WorkingHint Working => Own(working);

    /// <summary>When the working orders are asked for.</summary>
    public OrderLooks Looks => Own(looks);

    /// <summary>
    /// Claimed, as far as is known here, with nothing sent. An id leaves before its call begins: what is not here may have been sent.
    /// </summary>
    public HashSet<Guid> Unsent => Own(unsent);

    /// <summary>An earlier epoch may have left orders behind in this lane.</summary>
    public bool TakeOverDue
    {
        get => Own(takeOverDue);
        set => takeOverDue = Own(value);
    }

    /// <summary>
    /// An order is under way. Readings wait a little for it: brokers count their requests, and its own look-ups come first. Elsewhere a
    /// look that is a moment old does no harm.
    /// </summary>
    public bool InHand { get; set; }

    /// <summary>
    /// How many orders waited when the queue was read last, less the one that has ended since; for looks from elsewhere too.
    /// </summary>
    public int Waiting { get; set; }

    /// <summary>As it was read last. It is only ever replaced whole, so that it may be read from anywhere.</summary>
    public AccountContext Account { get; private set; } = account;

    /// <summary>Takes what was read of the account, unless something newer is known.</summary>
    public void Hear(AccountContext now)
    {
        var before = Own(Account).Version;
        if (now.Version < before) return;
        Account = now;
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
    /// <returns>How often by now, and when it did first.</returns>
    public (int Count, DateTimeOffset Since) CountAttempt(Guid order, DateTimeOffset now)
    {
        var (count, since) = Own(attempts).GetValueOrDefault(order, (0, now));
        return attempts[order] = (count + 1, since);
    }

    public void Defer(Guid order, DateTimeOffset until) => Own(deferred)[order] = until;

    public bool IsDeferred(Guid order, DateTimeOffset now) => Own(deferred).TryGetValue(order, out var until) && until > now;

    /// <summary>When an order of unknown outcome is looked for next; unset before this lane first met it.</summary>
    public DateTimeOffset NextLook(Guid order) => Own(nextLooks).GetValueOrDefault(order);

    public void NextLook(Guid order, DateTimeOffset at) => Own(nextLooks)[order] = at;

    /// <summary>Drops what is remembered of orders that wait no more, whichever way they ended.</summary>
    public void KeepPending(IReadOnlySet<Guid> pending)
    {
        Keep(attempts, pending);
        Keep(deferred, pending);
    }

    /// <summary>The same for orders of unknown outcome.</summary>
    public void KeepUnknown(IReadOnlySet<Guid> unknown) => Keep(nextLooks, unknown);

    /// <summary>How many orders something is remembered of; a rough look from elsewhere.</summary>
    public int Remembered => attempts.Count + deferred.Count + nextLooks.Count;

    public void Forget(Guid order)
    {
        Own(attempts).Remove(order);
        deferred.Remove(order);
        nextLooks.Remove(order);
    }

    private void Keep<T>(Dictionary<Guid, T> remembered, IReadOnlySet<Guid> orders)
    {
        if (Own(remembered).Count == 0) return;
        // A dictionary may lose entries while it is walked through.
        foreach (var order in remembered.Keys)
            if (!orders.Contains(order)) remembered.Remove(order);
    }

    // Found by any test that comes from a wrong thread; a release does not look.
    private T Own<T>(T part)
    {
        Demand();
        return part;
    }

    [Conditional("DEBUG")]
    private void Demand()
    {
        if (!Turns.IsHere) throw new InvalidOperationException("The state of a lane is touched from outside its turns.");
    }

    public void Dispose()
    {
        Orders.Dispose();
        Reconcile.Dispose();
        Sync.Dispose();
        Stops.Dispose();
    }
}
