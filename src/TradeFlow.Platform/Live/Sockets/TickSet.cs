using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// The newest tick of each subject. There is one for every socket, so it is a table of references and nothing else; one search is as short
/// as a dictionary's.
/// </summary>
internal sealed class TickSet
{
    private const int Smallest = 16;

    // A socket that was told of so many once does not keep the room.
    private const int Kept = 1024;
    private LiveMessage?[] table = [];

    public int Count { get; private set; }

    public void Put(LiveMessage tick)
    {
        if ((Count + 1) * 8 > table.Length * 7) Rebuild(Math.Max(Smallest, table.Length * 2), null);
        ref var place = ref PlaceOf(tick.Subject);
        if (place is null) Count++;
        place = tick;
    }

    public LiveMessage? Remove(Guid subject)
    {
        if (Count == 0 || PlaceOf(subject) is not { } found) return null;
        // Others may lie where they do because of it.
        Rebuild(table.Length, found);
        return found;
    }

    public IEnumerable<LiveMessage> All => table.OfType<LiveMessage>();

    public void Clear()
    {
        Count = 0;
        if (table.Length > Kept) table = [];
        else Array.Clear(table);
    }

    private void Rebuild(int length, LiveMessage? without)
    {
        var all = table;
        table = new LiveMessage?[length];
        Count = 0;
        foreach (var tick in all)
        {
            if (tick is null || ReferenceEquals(tick, without)) continue;
            PlaceOf(tick.Subject) = tick;
            Count++;
        }
    }

    // Where it is, or where it would be: the length is a power of two, and some places are always empty.
    private ref LiveMessage? PlaceOf(Guid? subject)
    {
        var at = subject.GetHashCode() & (table.Length - 1);
        while (table[at] is { } other && other.Subject != subject) at = (at + 1) & (table.Length - 1);
        return ref table[at];
    }
}
