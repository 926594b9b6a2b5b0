namespace TradeFlow.Simulators.Shared;

/// <summary>How a simulator is started. The defaults are what `dotnet run` gives.</summary>
public sealed record SimulatorSettings
{
    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>Seed of prices and of faults with a probability.</summary>
    public int Seed { get; init; } = 20_261_122;

    /// <summary>How often prices move and waiting work is looked at.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Life of an access token; null takes what the broker gives (TradeLocker 1 h, ProjectX 24 h).</summary>
    public TimeSpan? TokenLife { get; init; }

    /// <summary>Where every booked order is written to; null for memory alone.</summary>
    public LedgerFile? LedgerFile { get; init; }

    /// <summary>How often hubs ping while they have nothing to say, by the world's clock.</summary>
    public TimeSpan HubPing { get; init; } = TimeSpan.FromSeconds(15);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
