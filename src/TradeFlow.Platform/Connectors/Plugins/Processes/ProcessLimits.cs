namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>What a process of a plugin may use, and send.</summary>
internal static class ProcessLimits
{
    /// <summary>Processes and threads.</summary>
    public const int Processes = 256;

    public const int OpenFiles = 1024;

    /// <summary>Megabytes that it may write, in its own folder alone.</summary>
    public const int Disk = 64;

    /// <summary>Bodies of requests are small.</summary>
    private const int Small = 4 << 20;

    /// <summary>The lists of instruments of the largest brokers have some 10 MB.</summary>
    private const int Large = 32 << 20;

    /// <summary>What the Worker takes from a plugin.</summary>
    public static FrameLimits FromPlugin { get; } = new(Ask: Small, Answer: Large);

    /// <summary>What a plugin takes from the Worker: an answer of a broker has at most 16 MB.</summary>
    public static FrameLimits FromWorker { get; } = new(Ask: Small, Answer: Large);
}
