using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace TradeFlow.Platform.Kernel;

/// <summary>Says which loop of a background service fails again and again. What does not depend on it still works: degraded.</summary>
internal sealed class LoopsCheck(IEnumerable<IHostedService> services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] stalled = [.. services.OfType<SupervisedService>().SelectMany(service => service.Stalled).Order(StringComparer.Ordinal)];
        return Task.FromResult(stalled.Length == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Loops fail again and again.", data: new Dictionary<string, object> { ["failing"] = stalled }));
    }
}
