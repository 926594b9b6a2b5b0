using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>The Workers as members of one Orleans cluster.</summary>
internal sealed class SiloWorkers(ILocalSiloDetails silo, IClusterMembershipService members, IHostApplicationLifetime host) : IWorkers
{
    private volatile Counted? counted;

    private sealed record Counted(MembershipVersion Version, int Workers);

    public string Self { get; } = silo.SiloAddress.ToParsableString();

    public IReadOnlyCollection<string> Living
    {
        get
        {
            var known = members.CurrentSnapshot.Members;
            if (!known.TryGetValue(silo.SiloAddress, out var self) || self.Status is SiloStatus.Created or SiloStatus.Joining) return [];
            return [.. known.Values.Where(member => member.Status != SiloStatus.Dead)
                .Select(member => member.SiloAddress.ToParsableString())];
        }
    }

    // One that joins is counted before it serves: until it does, the others keep its share free.
    public int Count
    {
        get
        {
            var now = members.CurrentSnapshot;
            if (counted is { } known && known.Version == now.Version) return known.Workers;
            var count = now.Members.Values.Count(member => member.Status is not (SiloStatus.Dead or SiloStatus.None));
            counted = new Counted(now.Version, count);
            return count;
        }
    }

    public bool IsOpen =>
        !host.ApplicationStopping.IsCancellationRequested && members.CurrentSnapshot.GetSiloStatus(silo.SiloAddress) == SiloStatus.Active;

    public async Task WatchAsync(Action changed, CancellationToken ct)
    {
        await foreach (var _ in members.MembershipUpdates.WithCancellation(ct)) changed();
    }
}
