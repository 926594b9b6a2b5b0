using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>Ready means that signals can be recorded. Redis is not asked: without it things are slower, not wrong.</summary>
internal sealed class PostgresCheck(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = database.System.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.");
        }
    }
}
