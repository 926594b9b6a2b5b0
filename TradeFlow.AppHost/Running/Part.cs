using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TradeFlow.AppHost;

/// <summary>What is known of one process of the system.</summary>
internal sealed class Part(IResource resource, TimeProvider clock)
{
    private static readonly TimeSpan Lived = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private const int GivesUpAfter = 8;
    private long since;
    private string? lastReason;
    private bool livesWell;

    public IResource Resource => resource;

    public string Name => resource.Name;

    public string? State { get; private set; }

    public int? Process { get; private set; }

    public bool IsHealthy { get; private set; }

    /// <summary>Whether it ever was.</summary>
    public bool WasHealthy { get; private set; }

    /// <summary>Deaths in a row: a life that was long and good enough begins anew.</summary>
    public int Deaths { get; private set; }

    public bool IsKept { get; } = resource.HasAnnotationOfType<KeepRunningAnnotation>();

    public bool IsHopeless => Deaths >= GivesUpAfter;

    public TimeSpan Pause => TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(Deaths - 1, 10), LongestPause.Ticks));

    /// <summary>Takes in what Aspire has seen.</summary>
    /// <returns>True when it has died: it ran, or was about to, and nobody had asked it to stop.</returns>
    public bool Take(string? state, HealthStatus? health, int? process)
    {
        var before = State;
        State = state;
        IsHealthy = state == KnownResourceStates.Running && health is HealthStatus.Healthy;
        if (IsHealthy) WasHealthy = livesWell = true;
        if (state == KnownResourceStates.Running && process is not null && process != Process)
        {
            Process = process;
            since = clock.GetTimestamp();
        }

        if (state is null || state == before || !IsEnd(state) || before is null || before == KnownResourceStates.Stopping || IsEnd(before))
            return false;
        Deaths = livesWell && clock.GetElapsedTime(since) > Lived ? 1 : Deaths + 1;
        livesWell = false;
        return true;
    }

    /// <summary>Whether it ended for this reason the time before too.</summary>
    public bool EndsAgainWith(string? reason)
    {
        var isTheSame = reason is not null && reason == lastReason;
        lastReason = reason;
        return isTheSame;
    }

    private static bool IsEnd(string state) => KnownResourceStates.TerminalStates.Contains(state);
}
