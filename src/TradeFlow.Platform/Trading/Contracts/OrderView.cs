using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>One order as the API, the sockets and the waiting webhook see it (contract.md, Trading).</summary>
public sealed record OrderView
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Broker { get; init; }
    public required string Symbol { get; init; }
    public string? Side { get; init; }
    public required string Type { get; init; }
    public required string Action { get; init; }
    public decimal? Qty { get; init; }
    public decimal? Price { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public decimal FilledQty { get; init; }
    public decimal? AvgPrice { get; init; }

    /// <summary>
    /// <c>PENDING</c> (also while it is being sent), <c>WORKING</c>, <c>FILLED</c>, <c>PARTIALLY_FILLED</c>, <c>CANCELED</c>,
    /// <c>REJECTED</c>, <c>UNKNOWN</c>.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>
    /// Stable code beside the reason: <c>broker.rejected</c>, <c>broker.unreachable</c>, <c>signal.expired</c>, <c>nothing_to_close</c>, …
    /// </summary>
    public string? RejectCode { get; init; }
    public string? RejectReason { get; init; }

    /// <summary>What is wrong by the path of the field, for <c>signal.invalid</c> and its like.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
    public string? BrokerOrderId { get; init; }
    public required string ClientOrderId { get; init; }
    public Guid? WebhookId { get; init; }

    /// <summary>The order of the signal that this one was made for.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>All orders of the signal when it took several (closing more than one position); this one is the first of them.</summary>
    public IReadOnlyList<Guid>? OrderIds { get; init; }

    /// <summary>Profit that a close realised, net of fees, in the account's currency.</summary>
    public decimal? Pnl { get; init; }
    public decimal? GrossPnl { get; init; }

    /// <summary>The outcome could not be settled by evidence: a person has to look.</summary>
    public bool NeedsReview { get; init; }

    /// <summary>True where a message of the strategy was missed before this one.</summary>
    public bool? Gap { get; init; }

    /// <summary>The strategy that it came from.</summary>
    public StrategyName? Strategy { get; init; }

    /// <summary>Why a target or a reverse did not enter: it got out of what it had to, and no more.</summary>
    public EntryRefusal? EntryRefusal { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public DateTimeOffset? FilledAt { get; init; }
}

/// <summary>A strategy as its signals and orders name it: as it was called then.</summary>
public sealed record StrategyName(Guid Id, string Name)
{
    public static StrategyName? Of(Guid? id, string? name) => id is { } known ? new StrategyName(known, name ?? "") : null;
}

/// <summary>A refusal of an entry, with the status that its alert is answered with.</summary>
public sealed record EntryRefusal(int Status, string Code, string Error)
{
    public decimal? Limit { get; init; }
    public decimal? Value { get; init; }
}

/// <summary>Serialises what leaves the Trading module as a message.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(EntryRefusal))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(IEnumerable<string>))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(PositionView))]
[JsonSerializable(typeof(IReadOnlyList<PositionView>))]
public sealed partial class TradingJson : JsonSerializerContext;

/// <summary>One position (contract.md, Trading).</summary>
public sealed record PositionView
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }
    public required string Broker { get; init; }
    public required string Symbol { get; init; }
    public required string Side { get; init; }
    public required decimal Qty { get; init; }
    public required decimal AvgPrice { get; init; }
    public decimal? CurrentPrice { get; init; }
    public decimal? Pnl { get; init; }
    public decimal? PnlPercent { get; init; }
    public decimal? StopLoss { get; init; }
    public decimal? TakeProfit { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required string Status { get; init; }
}
