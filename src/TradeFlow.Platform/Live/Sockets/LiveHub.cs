using System.Collections.Concurrent;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// The sockets of this process by tenant. A tenant is listened to from its first socket to its last; an event is encoded once, whatever the
/// number of its readers.
/// </summary>
internal sealed class LiveHub : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<TenantId, Room> rooms = [];
    private readonly ConcurrentDictionary<UserId, int> perUser = new();
    private readonly RedisBus bus;
    private readonly IDisposable changes;

    public LiveHub(RedisBus bus)
    {
        this.bus = bus;
        changes = bus.Subscribe(Topics.MembersChanged, HoldBack);
        bus.Restored += RefreshAll;
    }

    public bool TryEnter(UserId user, int most)
    {
        if (perUser.AddOrUpdate(user, 1, static (_, count) => count + 1) <= most) return true;
        Leave(user);
        return false;
    }

    public void Leave(UserId user)
    {
        if (perUser.AddOrUpdate(user, 0, static (_, count) => count - 1) <= 0) perUser.TryRemove(new KeyValuePair<UserId, int>(user, 0));
    }

    /// <summary>From the end of this on the queue is told everything: a snapshot that is read then misses nothing.</summary>
    /// <returns>False where Redis is not reached.</returns>
    public Task<bool> AddAsync(TenantId tenant, LiveQueue queue, CancellationToken ct)
    {
        lock (gate)
        {
            if (!rooms.TryGetValue(tenant, out var room)) rooms[tenant] = room = new Room(bus, tenant);
            room.Queues = [.. room.Queues, queue];
        }
        return bus.ListensAsync(ct);
    }

    public void Remove(TenantId tenant, LiveQueue queue)
    {
        lock (gate)
        {
            if (!rooms.TryGetValue(tenant, out var room)) return;
            room.Queues = [.. room.Queues.Where(other => other != queue)];
            if (room.Queues.Length > 0) return;
            rooms.Remove(tenant);
            room.Dispose();
        }
    }

    private void HoldBack(string tenant)
    {
        if (!Guid.TryParse(tenant, out var id)) return;
        foreach (var queue in QueuesOf(new TenantId(id))) queue.HoldBack();
    }

    // What was said while Redis was away is lost.
    private void RefreshAll()
    {
        LiveQueue[] all;
        lock (gate) all = [.. rooms.Values.SelectMany(room => room.Queues)];
        foreach (var queue in all) queue.AskForSnapshot();
    }

    private LiveQueue[] QueuesOf(TenantId tenant)
    {
        lock (gate) return rooms.TryGetValue(tenant, out var room) ? room.Queues : [];
    }

    public void Dispose()
    {
        bus.Restored -= RefreshAll;
        changes.Dispose();
        lock (gate)
        {
            foreach (var room in rooms.Values) room.Dispose();
            rooms.Clear();
        }
    }

    private sealed class Room : IDisposable
    {
        private readonly IDisposable subscription;
        private volatile LiveQueue[] queues = [];

        public Room(RedisBus bus, TenantId tenant) => subscription = bus.Subscribe(Topics.Live(tenant), Deliver);

        public LiveQueue[] Queues { get => queues; set => queues = value; }

        private void Deliver(string text)
        {
            if (LiveMessage.Read(text) is not { } message) return;
            foreach (var queue in queues) queue.Add(message);
        }

        public void Dispose() => subscription.Dispose();
    }
}
