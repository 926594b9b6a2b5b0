using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>One heartbeat as it was read.</summary>
internal sealed record AgentBeat
{
    public required string Instance { get; init; }
    public required string Login { get; init; }
    public required string Server { get; init; }

    /// <summary><c>demo</c> or <c>live</c>; <c>null</c> when not told.</summary>
    public string? Mode { get; init; }
    public string? Version { get; init; }
    public required AgentReport Report { get; init; }
    public required IReadOnlyList<AgentResult> Results { get; init; }
}
