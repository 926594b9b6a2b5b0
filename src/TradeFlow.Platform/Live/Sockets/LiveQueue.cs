using System.Threading.Channels;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// What waits for one socket. It never grows past its length: a reader that is too slow loses what waits and gets a fresh snapshot, which says it all.
/// </summary>
internal sealed class LiveQueue(int length, AccountScope accounts) : IDisposable
{
    private readonly Channel<byte[]> events = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(length) { SingleReader = true });
    private readonly Wake check = new();
    private volatile AccountScope accounts = accounts;
    private readonly Lock gate = new();
    private volatile bool isHeldBack;
    private int changes;
    private int snapshotWanted = 1;

    /// <summary>What its reader sees. Nothing while it is held back.</summary>
    public AccountScope Accounts => isHeldBack ? Nothing : accounts;

    public bool IsHeldBack => isHeldBack;

    /// <summary>How often it was held back. What was asked before the last time is not known any more.</summary>
    public int Changes => Volatile.Read(ref changes);

    private static AccountScope Nothing { get; } = AccountScope.Of([]);

    /// <summary>What the reader may see has changed, or may have: no account is told of until <see cref="Show"/> says which.</summary>
    public void HoldBack()
    {
        lock (gate)
        {
            changes++;
            isHeldBack = true;
        }
        check.Ring();
    }

    /// <param name="asOf">The <see cref="Changes"/> before it was asked: held back again since then, it stays so and is asked again.</param>
    public void Show(AccountScope now, int asOf)
    {
        lock (gate)
        {
            if (changes != asOf || (!isHeldBack && accounts.IsSameAs(now))) return;
            accounts = now;
            isHeldBack = false;
        }
        AskForSnapshot();
    }

    /// <summary>Until it is time to ask what the reader may see; at once when it is held back.</summary>
    public Task WaitForCheckAsync(TimeSpan atMost, CancellationToken ct) => check.WaitAsync(atMost, ct);

    /// <summary>Called on Redis's reader: never waits.</summary>
    public void Add(byte[] message)
    {
        // With a snapshot on its way an event that does not fit is in that snapshot or comes after it.
        if (!events.Writer.TryWrite(message)) AskForSnapshot();
    }

    public void AskForSnapshot()
    {
        Volatile.Write(ref snapshotWanted, 1);
        // Wakes the reader when it waits; when the queue is full it is awake.
        events.Writer.TryWrite([]);
    }

    /// <returns>True when a snapshot must be sent now. What waited is dropped first: the snapshot is read afterwards and contains it.</returns>
    public bool TakeSnapshotWish()
    {
        if (Interlocked.Exchange(ref snapshotWanted, 0) == 0) return false;
        while (events.Reader.TryRead(out _)) { }
        return true;
    }

    /// <returns>True while nothing may be sent. What waited is dropped: the snapshot that comes then is read afterwards and contains it.</returns>
    public bool DropWhileHeldBack()
    {
        if (!isHeldBack) return false;
        while (events.Reader.TryRead(out _)) { }
        // Asked again: the wake of the snapshot may have been among what was dropped.
        return isHeldBack;
    }

    public ValueTask<bool> WaitAsync(CancellationToken ct) => events.Reader.WaitToReadAsync(ct);

    /// <returns>False when nothing waits. An empty message only wakes.</returns>
    public bool TryTake(out byte[] message) => events.Reader.TryRead(out message!); // not null when it returns true

    public void Dispose() => check.Dispose();
}
