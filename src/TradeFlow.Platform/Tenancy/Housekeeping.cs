using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Tenancy;

/// <summary>Once an hour: takes away sessions that ended long ago and counts of failed log-ins that nobody added to for a day, and seals the audit log.</summary>
internal sealed partial class Housekeeping(Database database, AuditSeals seals, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await using var command = database.System.CreateCommand("""
                    delete from tenancy.sessions where expires_at < now() - interval '30 days' or revoked_at < now() - interval '30 days';
                    delete from tenancy.sign_in_locks where updated_at < now() - interval '1 day' and coalesce(locked_until, now()) <= now()
                    """);
                await command.ExecuteNonQueryAsync(stoppingToken);
                await seals.SealAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogSkipped(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1104, LogLevel.Warning, "Housekeeping of sessions was skipped this hour: {Reason}")]
    private partial void LogSkipped(string reason);
}
