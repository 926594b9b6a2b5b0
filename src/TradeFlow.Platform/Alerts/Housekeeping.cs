using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts;

/// <summary>Forgets what made signals idempotent once it has expired, and makes the log's partitions of the months to come.</summary>
internal sealed partial class Housekeeping(Database database, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogPutOff(e.Message);
            }
        }
    }

    internal async Task RunAsync(CancellationToken ct)
    {
        // In pieces, so that no signal waits for it. A row that a signal takes over at this moment is skipped.
        await using var forget = database.System.CreateCommand("""
            delete from alerts.dedupe where ctid in (
                select ctid from alerts.dedupe where expires_at < now() order by expires_at limit 5000 for update skip locked)
            """);
        while (await forget.ExecuteNonQueryAsync(ct) == 5000) { }
        await using var ahead = database.System.CreateCommand("select kernel.ensure_partitions('alerts.webhooks_log')");
        await ahead.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(2041, LogLevel.Warning, "Tidying up the webhook log is put off: {Reason}")]
    private partial void LogPutOff(string reason);
}
