using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// Notices agents that have missed three reports, and those that another instance has taken over. Of several Workers one tells: whoever
/// turns the row.
/// </summary>
internal sealed partial class AgentWatch(
    Database database, IAgentNews news, TimeProvider clock, Supervisor supervisor, ILogger<AgentWatch> log)
    : SupervisedService(supervisor)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("terminals", WatchAsync)];

    private async Task WatchAsync(CancellationToken ct)
    {
        for (var first = true; ; first = false)
        {
            foreach (var silent in await LookAsync(everything: first, ct))
            {
                if (silent.IsNews) LogSilent(silent.Account, silent.Since);
                await news.OfflineAsync(silent, ct);
            }
            await TellOfTakeoversAsync(ct);
            await Task.Delay(Every, clock, ct);
        }
    }

    /// <param name="everything">Also those of long ago: a Worker may have died between noticing and telling.</param>
    /// <param name="ct">Cancels.</param>
    private async Task<List<SilentAgent>> LookAsync(bool everything, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with silent as (
                update connectors.agents set online = false
                where online and last_beat < clock_timestamp() - make_interval(secs => gap_ms * 3 / 1000.0 + 1)
                returning account_id, tenant_id, last_beat, key_id)
            select account_id, tenant_id, last_beat, true, key_id is not null from silent
            union all
            select account_id, tenant_id, last_beat, false, key_id is not null from connectors.agents
            where not online and last_beat is not null and ($1 or last_beat > clock_timestamp() - interval '30 seconds') and account_id not in (select account_id from silent)
            """);
        command.Parameters.AddWithValue(everything);
        await using var row = await command.ExecuteReaderAsync(ct);
        List<SilentAgent> silent = [];
        while (await row.ReadAsync(ct))
        {
            var (account, tenant) = (new AccountId(row.GetGuid(0)), new TenantId(row.GetGuid(1)));
            silent.Add(new SilentAgent(account, tenant, row.GetFieldValue<DateTimeOffset>(2), row.GetBoolean(3), row.GetBoolean(4)));
        }
        return silent;
    }

    // The news and the note that it was told are one transaction: it is told once, and never lost.
    private async Task TellOfTakeoversAsync(CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        List<(AccountId Account, TenantId Tenant, DateTimeOffset At, string Program)> taken = [];
        await using (var command = new NpgsqlCommand("""
            with taken as (select account_id, taken_over_at from connectors.agents where taken_over_at is not null for update skip locked)
            update connectors.agents a set taken_over_at = null from taken where a.account_id = taken.account_id
            returning a.account_id, a.tenant_id, taken.taken_over_at, concat_ws(' ', nullif(a.platform, ''), nullif(a.agent_version, ''))
            """, connection, transaction))
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct))
                taken.Add(
                    (new AccountId(row.GetGuid(0)), new TenantId(row.GetGuid(1)), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3)));
        foreach (var (account, tenant, at, program) in taken)
        {
            LogTakenOver(account, at);
            await news.TakenOverAsync(account, tenant, at, program.Length > 0 ? program : "an unnamed program", connection, ct);
        }
        await transaction.CommitAsync(ct);
    }

    [LoggerMessage(3602, LogLevel.Warning, "Account {Account}: its terminal has not reported since {Since}")]
    private partial void LogSilent(AccountId account, DateTimeOffset since);

    [LoggerMessage(3604, LogLevel.Warning, "Account {Account}: a terminal that has not reported before took over at {At}")]
    private partial void LogTakenOver(AccountId account, DateTimeOffset at);
}
