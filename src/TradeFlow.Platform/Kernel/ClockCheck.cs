using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TradeFlow.Platform.Kernel;

/// <summary>Takes a process out of service whose clock is far from PostgreSQL's: what it stamps would be judged wrongly there.</summary>
internal sealed class ClockCheck(ClockSkew skew) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (skew.Ahead is not { } ahead)
            return Task.FromResult(HealthCheckResult.Unhealthy("The clock of this machine has not been compared with PostgreSQL's yet."));
        if (ahead.Duration() < ClockSkew.Warning) return Task.FromResult(HealthCheckResult.Healthy());
        var words = $"{ClockSkew.Told(ahead)}: signals would be judged too old or too young. Both must follow the same time server.";
        var told = new Dictionary<string, object> { ["clock_skew"] = (string[])[words] };
        return Task.FromResult(ahead.Duration() > ClockSkew.Limit
            ? HealthCheckResult.Unhealthy(words, data: told)
            : HealthCheckResult.Degraded(words, data: told));
    }
}
