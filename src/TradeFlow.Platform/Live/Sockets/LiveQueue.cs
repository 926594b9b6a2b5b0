using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// What waits for one socket. Events go at once and in their order; of ticks only the newest of each subject waits, for the next beat. It
/// never grows past its length and the number of positions: a reader that is too slow loses the events that wait and gets a fresh snapshot,
/// which says it all.
/// </summary>
/// <param name="beat">How long after one beat the next is due.</param>
internal sealed class LiveQueue(int length, TimeSpan beat, AccountScope accounts, TimeProvider clock) : IDisposable
{
    // A reading moves many positions at once: they go together.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(25);
    private static readonly AccountScope Nothing = AccountScope.Of([]);

    private readonly Lock gate = new();
    private readonly Wake work = new();
    private readonly Wake check = new();
    private readonly Queue<LiveMessage> events = new();
    private readonly TickSet ticks = new();
    private AccountScope accounts = accounts;
    private bool isHeldBack;
    private bool isOverflown;
    private bool isSnapshotWanted = true;
    private int changes;
    // By the time stamps of the clock: they never step back.
    private long beatDue = long.MinValue;

    public bool IsHeldBack
    {
        get { lock (gate) return isHeldBack; }
    }

    /// <summary>How often it was held back. What was asked before the last time is not known any more.</summary>
    public int Changes
    {
        get { lock (gate) return changes; }
    }

    /// <summary>What the reader may see has changed, or may have: nothing is told until <see cref="Show"/> says which.</summary>
    public void HoldBack()
    {
        lock (gate)
        {
            changes++;
            isHeldBack = true;
        }
        check.Ring();
    }

    /// <param name="asOf">The <see cref="Changes"/> before it was asked: held back again since then, it stays so and is asked
    /// again.</param>
    public void Show(AccountScope now, int asOf)
    {
        lock (gate)
        {
            if (changes != asOf || (!isHeldBack && accounts.IsSameAs(now))) return;
            accounts = now;
            isHeldBack = false;
            isSnapshotWanted = true;
        }
        work.Ring();
    }

    /// <summary>Until it is time to ask what the reader may see; at once when it is held back.</summary>
    public Task WaitForCheckAsync(TimeSpan atMost, CancellationToken ct) => check.WaitAsync(atMost, ct);

    /// <summary>Called on Redis's reader: never waits.</summary>
    public void Add(LiveMessage message)
    {
        lock (gate)
        {
            if (message.Kind == LiveKind.Tick)
            {
                var isFirst = ticks.Count == 0;
                ticks.Put(message);
                // The reader waits for the beat already.
                if (!isFirst) return;
                beatDue = Math.Max(beatDue, After(Burst));
            }
            else
            {
                // What is lost is in the snapshot that is wanted, or what a client reads again because of it.
                if (isOverflown) return;
                // A tick from before stays before it.
                if (message.Subject is { } subject && ticks.Remove(subject) is { } before) events.Enqueue(before);
                if (events.Count >= length)
                {
                    events.Clear();
                    isOverflown = isSnapshotWanted = true;
                }
                else events.Enqueue(message);
            }
        }
        work.Ring();
    }

    public void AskForSnapshot()
    {
        lock (gate) isSnapshotWanted = true;
        work.Ring();
    }

    /// <returns>
    /// What the reader sees when a snapshot must be sent now, or <c>null</c>. The changes of positions that waited are dropped: the
    /// snapshot is read afterwards and contains them. Ticks stay: they are told before they are written.
    /// </returns>
    public AccountScope? TakeSnapshotWish()
    {
        lock (gate)
        {
            if (isHeldBack || !isSnapshotWanted) return null;
            isSnapshotWanted = isOverflown = false;
            for (var left = events.Count; left > 0; left--)
                if (events.Dequeue() is { Kind: LiveKind.Other } other) events.Enqueue(other);
            return accounts;
        }
    }

    /// <summary>Moves what may be sent now into the batch: what the reader sees of it.</summary>
    public void Take(List<LiveMessage> batch)
    {
        lock (gate)
        {
            if (isHeldBack || isSnapshotWanted) return;
            while (events.TryDequeue(out var message)) AddSeen(message);
            if (ticks.Count == 0 || clock.GetTimestamp() < beatDue) return;
            foreach (var message in ticks.All) AddSeen(message);
            ticks.Clear();
            beatDue = After(beat);
        }

        void AddSeen(LiveMessage message)
        {
            if (message.About is null || accounts.SeesAll(message.About)) batch.Add(message);
        }
    }

    /// <summary>Until there may be something to send.</summary>
    public Task WaitAsync(CancellationToken ct)
    {
        TimeSpan atMost;
        lock (gate)
        {
            if (isHeldBack) atMost = Timeout.InfiniteTimeSpan;
            else if (isSnapshotWanted || events.Count > 0) return Task.CompletedTask;
            else if (ticks.Count == 0) atMost = Timeout.InfiniteTimeSpan;
            else
            {
                var left = clock.GetElapsedTime(clock.GetTimestamp(), beatDue);
                if (left <= TimeSpan.Zero) return Task.CompletedTask;
                // Whole milliseconds are waited for: one too few would turn round.
                atMost = left + TimeSpan.FromMilliseconds(1);
            }
        }
        return work.WaitAsync(atMost, ct);
    }

    private long After(TimeSpan time) => clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);

    public void Dispose()
    {
        work.Dispose();
        check.Dispose();
    }
}
