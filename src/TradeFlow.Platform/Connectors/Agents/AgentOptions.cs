using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>The section <c>Agents</c>.</summary>
internal sealed class AgentOptions
{
    /// <summary>How often an agent is asked to report.</summary>
    [Range(200, 3000)]
    public int IntervalMs { get; set; } = 1000;

    /// <summary>How long an instance keeps its account after its last report.</summary>
    [Range(2, 60)]
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Reports of one account in a second; more are answered 429.</summary>
    [Range(1, 1000)]
    public int BeatsPerSecond { get; set; } = 20;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
