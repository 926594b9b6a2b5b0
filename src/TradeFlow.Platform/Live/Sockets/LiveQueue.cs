using System.Threading.Channels;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// What waits for one socket. It never grows past its length: a reader that is too slow loses what waits and gets a fresh snapshot, which says it all.
/// </summary>
internal sealed class LiveQueue(int length)
{
    private readonly Channel<byte[]> events = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(length) { SingleReader = true });
    private int snapshotWanted = 1;

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

    public ValueTask<bool> WaitAsync(CancellationToken ct) => events.Reader.WaitToReadAsync(ct);

    /// <returns>False when nothing waits. An empty message only wakes.</returns>
    public bool TryTake(out byte[] message) => events.Reader.TryRead(out message!); // not null when it returns true
}
