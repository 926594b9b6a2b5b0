using System.Collections.Concurrent;
using System.Text;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>The sockets of this process by tenant. An event is encoded once, whatever the number of its readers.</summary>
internal sealed class LiveHub : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, ConcurrentDictionary<LiveQueue, byte>> readers = new();
    private readonly ConcurrentDictionary<UserId, int> perUser = new();
    private readonly RedisBus bus;
    private readonly IDisposable subscription;
    private readonly IDisposable changes;

    public LiveHub(RedisBus bus)
    {
        this.bus = bus;
        subscription = bus.Subscribe(Topics.Live, Deliver);
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

    public void Add(TenantId tenant, LiveQueue queue) => readers.GetOrAdd(tenant, static _ => new())[queue] = 0;

    public void Remove(TenantId tenant, LiveQueue queue)
    {
        // An empty list stays: taking it away could race with a socket that has just found it, and there are few tenants.
        if (readers.TryGetValue(tenant, out var list)) list.TryRemove(queue, out _);
    }

    private void Deliver(string message)
    {
        if (!LiveEvents.TryRead(message, out var tenant, out var about, out var json)) return;
        if (!readers.TryGetValue(tenant, out var list) || list.IsEmpty) return;
        var bytes = new byte[Encoding.UTF8.GetByteCount(json)];
        Encoding.UTF8.GetBytes(json, bytes);
        foreach (var (queue, _) in list)
            if (about is null || queue.Accounts.SeesAll(about)) queue.Add(bytes);
    }

    private void HoldBack(string tenant)
    {
        if (!Guid.TryParse(tenant, out var id) || !readers.TryGetValue(new TenantId(id), out var list)) return;
        foreach (var (queue, _) in list) queue.HoldBack();
    }

    // What was said while Redis was away is lost.
    private void RefreshAll()
    {
        foreach (var (_, list) in readers)
            foreach (var (queue, _) in list) queue.AskForSnapshot();
    }

    public void Dispose()
    {
        bus.Restored -= RefreshAll;
        changes.Dispose();
        subscription.Dispose();
    }
}
