using System.Text.Json;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>The open positions of a tenant, as a socket hears them first.</summary>
internal sealed class LiveSnapshot(TradingReads reads) : ILiveSnapshot
{
    public async Task<string> SnapshotJsonAsync(TenantId tenant, CancellationToken ct) =>
        JsonSerializer.Serialize(new PositionSnapshot("snapshot", await reads.PositionsAsync(tenant, null, null, ct)), LiveJson.Default.PositionSnapshot);
}
