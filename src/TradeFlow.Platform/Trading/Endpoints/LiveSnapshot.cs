using System.Text.Json;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>The open positions that a caller sees, as a socket hears them first.</summary>
internal sealed class LiveSnapshot(TradingReads reads) : ILiveSnapshot
{
    public async Task<string> SnapshotJsonAsync(Wall wall, CancellationToken ct) =>
        JsonSerializer.Serialize(new PositionSnapshot("snapshot", await reads.PositionsAsync(wall, null, null, ct)),
            LiveJson.Default.PositionSnapshot);
}
