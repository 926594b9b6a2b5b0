using Microsoft.Extensions.Diagnostics.HealthChecks;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>
/// A new installation is ready when a Worker has told its brokers: before that nobody could connect an account. From then on they are known
/// from PostgreSQL, whether a Worker runs or not.
/// </summary>
internal sealed class BrokersCheck(PluginCatalogue catalogue) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            catalogue.All.Count > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No Worker has told its brokers yet."));
}
