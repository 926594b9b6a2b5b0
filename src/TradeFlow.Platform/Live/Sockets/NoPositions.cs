using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>Stands in where no module of the process owns positions.</summary>
internal sealed class NoPositions : ILiveSnapshot
{
    public Task<string> SnapshotJsonAsync(Wall wall, CancellationToken ct) => Task.FromResult("""{"type":"snapshot","positions":[]}""");
}
