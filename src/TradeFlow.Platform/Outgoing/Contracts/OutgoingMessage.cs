using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Outgoing.Contracts;

/// <summary>A message on its way out.</summary>
internal sealed record OutgoingMessage
{
    /// <summary>The same at each attempt: who gets it twice can tell.</summary>
    public required Guid Id { get; init; }

    /// <summary><c>null</c>: to a person, whatever tenant they work in.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>Messages of one channel are sent one after the other.</summary>
    public Guid? Channel { get; init; }

    /// <summary>Which sender takes it.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about, for the log: no secrets.</summary>
    public required string Event { get; init; }

    /// <summary>What the sender needs. It is sealed at rest and forgotten once the message has ended.</summary>
    public required string Payload { get; init; }

    /// <summary>One attempt only.</summary>
    public bool Once { get; init; }
}
