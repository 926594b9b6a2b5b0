using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Contracts;

/// <summary>A request under the key of a strategy, and what its sender was told.</summary>
internal sealed record SentSignal
{
    public required Guid Id { get; init; }
    public required KnownStrategy Strategy { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required int Status { get; init; }
    public string? Code { get; init; }
    public string? Error { get; init; }
    public string? Dialect { get; init; }
    public string? Action { get; init; }
    public string? Symbol { get; init; }
    public int FanOut { get; init; }
}
