using System.Text.Json.Serialization;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Sync;

internal sealed record PositionMoved(
    string Type, Guid PositionId, decimal? CurrentPrice, decimal? Pnl, decimal? PnlPercent, decimal Qty, decimal AvgPrice,
    decimal? StopLoss, decimal? TakeProfit);

internal sealed record PositionOpened(string Type, PositionView Position);

internal sealed record PositionClosed(string Type, Guid PositionId, decimal? Pnl);

internal sealed record PositionSnapshot(string Type, IReadOnlyList<PositionView> Positions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PositionMoved))]
[JsonSerializable(typeof(PositionOpened))]
[JsonSerializable(typeof(PositionClosed))]
[JsonSerializable(typeof(PositionSnapshot))]
internal sealed partial class LiveJson : JsonSerializerContext;
