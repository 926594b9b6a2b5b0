using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>Notices agents that have missed three reports. Of several Workers one tells: whoever turns the row.</summary>
internal sealed partial class AgentWatch(Database database, IAgentSilence silence, ILogger<AgentWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    // A position may be held for long; its command tells whose it is.
    private const string Remembered = "400 days";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (first, sweepAt) = (true, 0L);
        using var timer = new PeriodicTimer(Every);
        do
        {
            try
            {
                foreach (var (account, tenant, since, isNews) in await LookAsync(everything: first, stoppingToken))
                {
                    if (isNews) LogSilent(account, since);
                    await silence.OfflineAsync(account, tenant, since, isNews, stoppingToken);
                }
                first = false;
                if (Environment.TickCount64 < sweepAt) continue;
                sweepAt = Environment.TickCount64 + (long)SweepEvery.TotalMilliseconds;
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogAway(e.Message);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <param name="everything">Also those of long ago: a Worker may have died between noticing and telling.</param>
    /// <param name="ct">Cancels.</param>
    private async Task<List<(AccountId Account, TenantId Tenant, DateTimeOffset Since, bool IsNews)>> LookAsync(bool everything, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with silent as (
                update connectors.agents set online = false
                where online and last_beat < clock_timestamp() - make_interval(secs => gap_ms * 3 / 1000.0 + 1)
                returning account_id, tenant_id, last_beat)
            select account_id, tenant_id, last_beat, true from silent
            union all
            select account_id, tenant_id, last_beat, false from connectors.agents
            where not online and last_beat is not null and ($1 or last_beat > clock_timestamp() - interval '30 seconds') and account_id not in (select account_id from silent)
            """);
        command.Parameters.AddWithValue(everything);
        await using var row = await command.ExecuteReaderAsync(ct);
        List<(AccountId, TenantId, DateTimeOffset, bool)> silent = [];
        while (await row.ReadAsync(ct)) silent.Add((new AccountId(row.GetGuid(0)), new TenantId(row.GetGuid(1)), row.GetFieldValue<DateTimeOffset>(2), row.GetBoolean(3)));
        return silent;
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand($"delete from connectors.agent_commands where created_at < now() - interval '{Remembered}'");
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(3602, LogLevel.Warning, "Account {Account}: its terminal has not reported since {Since}")]
    private partial void LogSilent(AccountId account, DateTimeOffset since);

    [LoggerMessage(3603, LogLevel.Warning, "The terminals cannot be watched now: {Reason}")]
    private partial void LogAway(string reason);
}
