using System.Collections.Concurrent;
using Orleans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Tests.Trading.Rig;

/// <summary>
/// The workers of one database in this process, without a network: who is asked to have a lane begin has it begin here, unless one of the
/// living has it.
/// </summary>
internal sealed class RigWorkers(PlatformFixture platform) : IWorkers, ILanePlaces
{
    private static readonly ConcurrentDictionary<(string Database, Guid Account), RigWorkers> Owners = new();
    private static readonly ConcurrentDictionary<RigWorkers, string> Running = new();
    private static event Action? Changed;
    private readonly SemaphoreSlim turn = new(1);

    public LaneHost Host { get; set; } = null!; // set by the rig, before it begins

    public string Self { get; } = $"rig {Guid.NewGuid():N}";

    public IReadOnlyCollection<string> Living =>
        [.. Running.Where(one => one.Value == platform.OwnerConnection).Select(one => one.Key.Self)];

    public bool IsOpen { get; private set; }

    public void Begin()
    {
        (Running[this], IsOpen) = (platform.OwnerConnection, true);
        Changed?.Invoke();
    }

    public void Leave()
    {
        if (Running.TryRemove(this, out _)) Changed?.Invoke();
    }

    public async Task EndAsync()
    {
        IsOpen = false;
        await Task.WhenAll(Host.Lives.Select(life => life.EndAsync()));
        Leave();
    }

    /// <summary>The lanes of a database, where a rig runs them; else <c>null</c>.</summary>
    public static IGrainFactory? GrainsOf(PlatformFixture platform) => Running.Values.Contains(platform.OwnerConnection)
        ? FakeGrains.Of((_, account) => new RigLane(platform.OwnerConnection, new AccountId((Guid)account)))
        : null;

    public async Task WatchAsync(Action changed, CancellationToken ct)
    {
        Changed += changed;
        try
        {
            await Task.Delay(Timeout.Infinite, ct);
        }
        finally
        {
            Changed -= changed;
        }
    }

    public async Task EnsureAsync(AccountId account)
    {
        var key = (platform.OwnerConnection, account.Value);
        var owner = Owners.AddOrUpdate(key, this, (_, known) => known != this && Running.ContainsKey(known) && known.IsOpen ? known : this);
        if (owner != this) return;
        await turn.WaitAsync();
        try
        {
            if (IsOpen && Host.LifeOf(account.Value) is null)
                await Host.BeginAsync(account, () => Owners.TryRemove(new(key, this)), CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task MoveAsync(AccountId account, string worker)
    {
        if (Host.LifeOf(account.Value) is not { } life || Running.Keys.FirstOrDefault(one => one.Self == worker) is not { } other) return;
        Owners[(platform.OwnerConnection, account.Value)] = other;
        await life.EndAsync();
        await other.EnsureAsync(account);
    }

    /// <summary>A lane as it is called from outside.</summary>
    private sealed class RigLane(string database, AccountId account) : ILane
    {
        public async Task EnsureAsync() => await FindAsync();

        public async Task RingAsync() => (await FindAsync()).Life?.Lane.Look();

        public async Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted)
        {
            var (host, life) = await FindAsync();
            return life is not null && await host.SubmittedAsync(life, submitted) is { } json ? new OrderTold(json) : null;
        }

        public Task MoveAsync(string worker) => throw new NotSupportedException();

        private async Task<(LaneHost Host, LaneLife? Life)> FindAsync()
        {
            if (!Owners.TryGetValue((database, account.Value), out var owner) || !Running.ContainsKey(owner))
            {
                var running = Running.FirstOrDefault(one => one.Value == database && one.Key.IsOpen).Key
                    ?? throw new TimeoutException("Nobody runs lanes.");
                await running.EnsureAsync(account);
                owner = Owners[(database, account.Value)];
            }
            return (owner.Host, owner.Host.LifeOf(account.Value));
        }
    }
}
