using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>Where a Worker is found by the other processes of the system (<c>Cluster</c>).</summary>
internal sealed class SeatOptions
{
    /// <summary>The address under which the others reach it.</summary>
    [RegularExpression(@"[0-9a-fA-F.:]+", ErrorMessage = "Cluster:Address must be an IP address.")]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>For the other Workers; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int SiloPort { get; init; }

    /// <summary>For the Api; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; init; }
}
