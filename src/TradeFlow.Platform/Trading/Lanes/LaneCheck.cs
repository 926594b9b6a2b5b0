using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// Health of the lanes: degraded while a loop fails again and again. The others go on, so that the worker is not taken out of service.
/// </summary>
internal sealed class LaneCheck(LaneWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stalled = watch.Stalled;
        var data = new Dictionary<string, object>(StringComparer.Ordinal) { ["stalled"] = stalled };
        return Task.FromResult(
            stalled.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("Loops fail again and again.", data: data));
    }
}
