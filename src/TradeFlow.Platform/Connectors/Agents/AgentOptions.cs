using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>The section <c>Agents</c>.</summary>
internal sealed class AgentOptions
{
    /// <summary>How often an agent is asked to report.</summary>
    [Range(400, 3000)]
    public int IntervalMs { get; set; } = 1000;

    /// <summary>How long an instance keeps its account after its last report.</summary>
    [Range(2, 60)]
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>Reports of one account in a second; more are answered 429.</summary>
    [Range(1, 1000)]
    public int BeatsPerSecond { get; set; } = 3;

    /// <summary>Connections to PostgreSQL that reports are taken with: they leave those of everybody else alone.</summary>
    [Range(2, 32)]
    public int PoolSize { get; set; } = 6;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
