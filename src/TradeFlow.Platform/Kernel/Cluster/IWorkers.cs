namespace TradeFlow.Platform.Kernel.Cluster;

/// <summary>The Workers of the system, as this one sees them. Tests put Workers without a network here.</summary>
internal interface IWorkers
{
    /// <summary>The name of this Worker: another one after each start.</summary>
    string Self { get; }

    /// <summary>Those that run or are about to end; none before this one is among them.</summary>
    IReadOnlyCollection<string> Living { get; }

    /// <summary>How many run or are about to begin or end; asked with each request to a broker.</summary>
    int Count => Living.Count;

    /// <summary>This one takes work: it has begun, and nobody has asked it to end.</summary>
    bool IsOpen { get; }

    /// <summary>Calls after each change of <see cref="Living"/>, until it is cancelled.</summary>
    Task WatchAsync(Action changed, CancellationToken ct);
}
