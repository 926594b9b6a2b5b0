namespace Aspire.Hosting.Local;

/// <summary>One program to run as a child.</summary>
internal sealed record ProcessSpec(string FileName, IReadOnlyList<string> Args, string WorkingDirectory)
{
    /// <summary>Added to, and winning over, the environment of the AppHost; null takes a variable away.</summary>
    internal IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The signal that asks this program to end in order.</summary>
    internal int StopSignal { get; init; } = Signals.Term;

    /// <summary>PostgreSQL refuses to run as root: then it gets a user namespace in which it is somebody else.</summary>
    internal bool NeverAsRoot { get; init; }
}

internal static class Signals
{
    internal const int Int = 2;
    internal const int Kill = 9;
    internal const int Term = 15;
}
