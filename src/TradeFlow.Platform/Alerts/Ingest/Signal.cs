using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>A signal that has passed every check that needs no record, as it goes into the database.</summary>
internal sealed record Signal
{
    public required WebhookId Webhook { get; init; }
    public required OrderId Order { get; init; }

    /// <summary>The account that was decided on: its version is compared in the database.</summary>
    public required AccountContext Account { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Method { get; init; }

    /// <summary>Path and payload without keys and secrets.</summary>
    public required string Path { get; init; }
    public required string Payload { get; init; }

    /// <summary><c>null</c> when nothing counts as its repeat.</summary>
    public string? DedupeKey { get; init; }
    public TimeSpan DedupeFor { get; init; }
    public required byte[] BodyHash { get; init; }
    public WebhookId? ReplayOf { get; init; }
    public required TradeIntent Intent { get; init; }
    public required string IntentJson { get; init; }

    /// <summary>The platform's symbol; empty when the signal means all.</summary>
    public required string Symbol { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>What the record has to count and to refuse of an entry; <c>null</c> when nothing.</summary>
    public string? GateJson { get; init; }
}

/// <summary>What became of it.</summary>
internal abstract record Recorded
{
    private Recorded() { }

    /// <summary>It is in the database, with its order in the lane.</summary>
    /// <param name="Measured">What was counted for it.</param>
    public sealed record New(IReadOnlyList<decimal> Measured) : Recorded;

    /// <summary>The account has changed since it was read.</summary>
    public sealed record Stale : Recorded;

    /// <summary>The same signal came before.</summary>
    public sealed record Duplicate(WebhookId Webhook, OrderId Order, DateTimeOffset ReceivedAt) : Recorded;

    /// <summary>Its id belongs to another body.</summary>
    public sealed record Reused(WebhookId Webhook) : Recorded;

    /// <summary>A check of entries said no.</summary>
    public sealed record Refused(string Json, IReadOnlyList<decimal> Measured) : Recorded;

    /// <summary>It could not be recorded, or whether it was is not known. A repeat finds out.</summary>
    public sealed record Unavailable : Recorded;
}
