using System.Text.Json;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>
/// Milliseconds: until the sender is known, for the checks, until it was sent to the broker, until the broker answered, until the commit.
/// </summary>
internal sealed record Stages(decimal? Receive, decimal? Decide, decimal? Queue, decimal? Broker, decimal? Record);

/// <summary>The verdict of one check.</summary>
internal sealed record CheckView(string Code, bool Passed, string? Message, decimal? Limit, decimal? Value);

/// <summary>
/// One request that named a valid key. <see cref="Status"/> is the HTTP status of the answer; 499 when the sender had hung up before it.
/// </summary>
internal record LogView
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Broker { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required int Status { get; init; }
    public string? Code { get; init; }
    public Guid? OrderId { get; init; }
    public Guid? DuplicateOf { get; init; }

    /// <summary>The strategy that it came from; <c>null</c> where it came under the account's own key.</summary>
    public StrategyName? Strategy { get; init; }

    /// <summary>The failed signal that this one was sent again for.</summary>
    public Guid? ReplayOf { get; init; }
    public decimal? LatencyMs { get; init; }
    public Stages? Stages { get; init; }

    /// <summary>
    /// The message without keys and secrets: JSON where it is JSON, else text; null once it was removed. Of a message that was not recorded
    /// at most 1 KiB is kept.
    /// </summary>
    public required JsonElement Payload { get; init; }

    /// <summary>Bytes of the message that are not kept; <c>null</c> when all are.</summary>
    public int? PayloadCut { get; init; }

    /// <summary>What the message was read as: <c>unify.v1</c>, or the name of another tool's form.</summary>
    public string? Dialect { get; init; }

    /// <summary>Further requests over the rate in the same second, which have no row of their own.</summary>
    public int? More { get; init; }

    /// <summary>Seconds between the alert's own time and its arrival, where they are more than 60.</summary>
    public int? LagSeconds { get; init; }
    public JsonElement? Response { get; init; }

    /// <summary>Message and answer are kept for a time only: "removed after 30 days".</summary>
    public string? Removed { get; init; }
    public string? Error { get; init; }
}

/// <summary>The same with its order and the verdict of each check.</summary>
internal sealed record LogDetail : LogView
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public LogDetail(LogView view) : base(view)
    {
    }

    public OrderView? Order { get; init; }

    /// <summary>What the message was understood as; <c>null</c> when it was refused before it became an order.</summary>
    public JsonElement? Intent { get; init; }

    /// <summary>The orders that it took, its own first.</summary>
    public IReadOnlyList<OrderView> Orders { get; init; } = [];
    public IReadOnlyList<FillView> Fills { get; init; } = [];

    /// <summary>What happened to them, in the order of time; kept for as long as the configuration says.</summary>
    public IReadOnlyList<OrderEventView> Events { get; init; } = [];
    public IReadOnlyList<CheckView> Checks { get; init; } = [];
}
