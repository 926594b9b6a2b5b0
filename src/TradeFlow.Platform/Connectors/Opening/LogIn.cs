using System.Collections.ObjectModel;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>A log-in to make. Never kept, never logged.</summary>
/// <param name="Broker">Slug or alias.</param>
/// <param name="Mode">One of the modes of its manifest.</param>
/// <param name="Credentials">What the user typed into the Connect form.</param>
/// <param name="BrokerAccountId">The broker's account, or <c>null</c> to list them.</param>
internal sealed record LogIn(string Broker, string Mode, IReadOnlyDictionary<string, string> Credentials, string? BrokerAccountId)
{
    /// <summary>What the user typed into the step that the broker asked for last.</summary>
    public IReadOnlyDictionary<string, string> Answers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The account whose store the session uses; <c>null</c> while there is none.</summary>
    public (TenantId Tenant, AccountId Account)? Owner { get; init; }

    /// <summary>The store while there is no <see cref="Owner"/>.</summary>
    public LogInState State { get; init; } = new(ReadOnlyDictionary<string, string>.Empty);

    public override string ToString() => $"{Broker} {Mode}";
}
