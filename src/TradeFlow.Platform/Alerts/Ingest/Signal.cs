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

    /// <summary>What its repeats have in common with it.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>How long the same key is a repeat in any case.</summary>
    public TimeSpan DedupeFor { get; init; }

    /// <summary>How long the same key is a repeat when its sender was not answered, and so sends again.</summary>
    public required TimeSpan HoldFor { get; init; }

    /// <summary>A signal with the same key that is known to be recorded and answered: this one is another.</summary>
    public WebhookId? After { get; init; }
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

    /// <summary>
    /// A signal with the same key is recorded, and how its sender is answered is not known: this one is a repeat unless somebody knows
    /// better.
    /// </summary>
    public sealed record Unanswered(WebhookId Webhook, OrderId Order, DateTimeOffset ReceivedAt) : Recorded;

    /// <summary>Its id belongs to another body.</summary>
    public sealed record Reused(WebhookId Webhook) : Recorded;

    /// <summary>A check of entries said no.</summary>
    public sealed record Refused(string Json, IReadOnlyList<decimal> Measured) : Recorded;

    /// <summary>It is not in the database.</summary>
    public sealed record Unavailable : Recorded;

    /// <summary>Its commit may have happened, and the database cannot be asked. A repeat finds out.</summary>
    public sealed record Unknown : Recorded;
}
