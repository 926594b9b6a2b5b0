namespace Aspire.Hosting.Local;

/// <summary>What differs between kinds of resources: how one gets ready, starts, and is known to be healthy.</summary>
internal interface ILauncher
{
    /// <summary>Finds programs, makes folders and ports. Runs once, before the wait for dependencies, side by side with those of others.</summary>
    Task PrepareAsync(CancellationToken ct);

    /// <summary>The child to start; null when the resource runs elsewhere. Called at each start.</summary>
    Task<ProcessSpec?> NextAsync(CancellationToken ct);

    /// <summary>Null when healthy, else what is missing, in a few words.</summary>
    Task<string?> ProbeAsync(CancellationToken ct);

    /// <summary>Runs once, when the resource is healthy for the first time.</summary>
    Task CompleteAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Done when it has ended with 0, not when it has started.</summary>
    bool RunsToEnd => false;

    /// <summary>An end with 0 is no death.</summary>
    bool MayEnd => RunsToEnd;

    /// <summary>Started again when it dies.</summary>
    bool Restarts => true;

    /// <summary>Asked again and again while it is healthy, so that a change shows.</summary>
    bool IsMonitored => false;

    /// <summary>How many deaths before the first health are the fault of the machine and end the start; null: it is tried for ever.</summary>
    int? GivesUpAfter => null;

    /// <summary>What a server's last words mean, and the mend; null when the words are unknown.</summary>
    string? Explain(IReadOnlyList<string> lastLines) => null;

    /// <summary>A line for the log file alone: a banner, advice on a kernel's settings.</summary>
    bool IsNoise(string line) => false;

    /// <summary>For the table.</summary>
    string Address { get; }
}
