using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Live.Sockets;

internal sealed class LiveOptions
{
    /// <summary>Events that wait for a slow reader before it gets a fresh snapshot instead.</summary>
    [Range(1, 10_000)]
    public int QueueLength { get; set; } = 256;

    /// <summary>Prices that have moved go to a socket together, so often.</summary>
    [Range(20, 5000)]
    public int BeatMilliseconds { get; set; } = 200;

    [Range(1, 1000)]
    public int SocketsPerUser { get; set; } = 20;

    /// <summary>How often a session is asked for again while its socket is open.</summary>
    [Range(0.05, 60)]
    public double RecheckSeconds { get; set; } = 20;

    /// <summary>How often a socket gets a snapshot while Redis is away.</summary>
    [Range(0.05, 60)]
    public double SnapshotSecondsWithoutRedis { get; set; } = 2;
}
