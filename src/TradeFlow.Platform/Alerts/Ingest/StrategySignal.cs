using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>A signal of a strategy, as it goes into the database beside those that it is for each account.</summary>
internal sealed record StrategySignal
{
    public required Guid Id { get; init; }

    /// <summary>The strategy that the key opened: its version is compared in the database.</summary>
    public required KnownStrategy Strategy { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What its repeats have in common with it.</summary>
    public required string DedupeKey { get; init; }

    /// <summary>How long the same key is a repeat in any case, and how long when its sender was not answered.</summary>
    public required TimeSpan DedupeFor { get; init; }
    public required TimeSpan HoldFor { get; init; }
    public required byte[] BodyHash { get; init; }
    public string? Dialect { get; init; }

    /// <summary>What it asks for, in words.</summary>
    public string? Action { get; init; }
    public string? Symbol { get; init; }
}

/// <summary>What became of it.</summary>
internal abstract record RecordedForAll
{
    private RecordedForAll() { }

    /// <summary>It is in the database, for all accounts that were not refused.</summary>
    public sealed record Done(IReadOnlyDictionary<WebhookId, Recorded> Outcomes) : RecordedForAll;

    /// <summary>These have changed since they were read; nothing was recorded.</summary>
    public sealed record Stale(IReadOnlyList<WebhookId> Changed) : RecordedForAll;

    /// <summary>The key opens nothing any more.</summary>
    public sealed record Gone : RecordedForAll;

    /// <summary>The same signal came before.</summary>
    public sealed record Duplicate(Guid First) : RecordedForAll;

    /// <summary>Its id belongs to another body.</summary>
    public sealed record Reused(Guid First) : RecordedForAll;
}
