using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>Commands to the agent of one account, and its reports, as PostgreSQL has them.</summary>
internal sealed class AgentMailbox(Database database, AgentMailboxes mailboxes, TenantId tenant, AccountId account) : IAgentChannel
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    // How long a report may have been under way: one that comes later was sent after the command had ended.
    private const string SentSince = "6 seconds";

    public async Task<AgentReport?> LatestAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.System.CreateCommand("""
                select r.report, coalesce(s.symbols, '{}'), r.quotes, r.received_at, a.online and clock_timestamp() - r.received_at < make_interval(secs => a.gap_ms * 3 / 1000.0 + 1)
                from connectors.agent_reports r join connectors.agents a using (account_id) left join connectors.agent_symbols s using (account_id) where r.account_id = $1
                """);
            command.Parameters.AddWithValue(account.Value);
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) return null;
            var report = JsonSerializer.Deserialize(row.GetString(0), AgentsJson.Default.AgentReport)
                ?? throw new JsonException("A stored report is null.");
            return report with { ReceivedAt = row.GetFieldValue<DateTimeOffset>(3), IsFresh = row.GetBoolean(4),
                Symbols = AgentQuotes.Join(row.GetString(1), row.GetString(2)) };
        }
        catch (Exception e) when (AgentMailboxes.IsAway(e))
        {
            throw AgentMailboxes.Unavailable(e);
        }
    }

    public async Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(command);
        var body = CommandLine.Write(command);
        if (command.ValidFor <= TimeSpan.Zero || command.ValidFor > LongestLife)
            throw new ArgumentException("A command is valid for up to an hour.", nameof(command));
        if (ct.IsCancellationRequested) return new AgentAnswer.NotDelivered("Cancelled before it was queued.");
        var requestClass = command.Verb is "close" or "cancel" ? RequestClass.Cancel : RequestClass.Order;
        if (SendPermit.Fault(SendPermit.Current, requestClass) is { } fault) return new AgentAnswer.NotDelivered(fault);
        var permit = SendPermit.Current!; // to have none is a fault
        var validFor = permit.Left < command.ValidFor ? permit.Left : command.ValidFor;
        // From here on the command may be seen: nothing of the wait is cancelled but the wait itself, also by whoever gives the order up.
        if (!await QueueAsync(command, body, validFor, permit.DatabaseEnd))
            return new AgentAnswer.NotDelivered("It was too late to be queued.");
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct, permit.Revoked);
        var started = Stopwatch.GetTimestamp();
        try
        {
            while (SendPermit.Fault(permit, requestClass) is null && validFor - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
            {
                await mailboxes.WaitAsync(account, command.Id, left, waiting.Token);
                if (await ReadResultAsync(command.Id) is { } result) return new AgentAnswer.Answered(result);
            }
        }
        catch (OperationCanceledException)
        {
            // The wait is over; what is known decides.
        }
        finally
        {
            mailboxes.Forget(account, command.Id);
        }
        return await WithdrawAsync(command.Id);
    }

    public async Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct) =>
        (await ReadAsync("c.id = $2", new NpgsqlParameter { Value = id }, ct)).FirstOrDefault();

    public async Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(magics);
        return magics.Count == 0
            ? [] : await ReadAsync("c.verb = 'open' and c.magic = any($2)", new NpgsqlParameter { Value = magics.ToArray() }, ct);
    }

    // False when the command's time is over by the database's clock: a worker that was stopped on the way here may be late.
    private async Task<bool> QueueAsync(AgentCommand command, string body, TimeSpan validFor, DateTimeOffset? end)
    {
        await using var insert = database.System.CreateCommand("""
            with added as (
                insert into connectors.agent_commands as c (account_id, id, tenant_id, verb, magic, command, body, expires_at)
                select $1, $2, $3, $4, $5, $6::jsonb, $7, least(statement_timestamp() + $8, $9)
                where $9::timestamptz is null or $9 > statement_timestamp()
                on conflict (account_id, id) do update
                    set status = 'queued', command = excluded.command, body = excluded.body, expires_at = excluded.expires_at,
                        created_at = excluded.created_at
                    where c.status = 'withdrawn'
                returning 1)
            select $9::timestamptz is null or $9 > statement_timestamp() from (select count(*) from added) a
            """);
        insert.Parameters.AddWithValue(account.Value);
        insert.Parameters.AddWithValue(command.Id);
        insert.Parameters.AddWithValue(tenant.Value);
        insert.Parameters.AddWithValue(command.Verb);
        insert.Parameters.AddWithValue(command.Magic);
        insert.Parameters.AddWithValue(JsonSerializer.Serialize(command, AgentsJson.Default.AgentCommand));
        insert.Parameters.AddWithValue(body);
        insert.Parameters.AddWithValue(validFor);
        insert.Parameters.AddTime(end);
        return (bool)(await insert.ExecuteScalarAsync(CancellationToken.None))!; // a comparison of two times that are there
    }

    private async Task<AgentResult?> ReadResultAsync(string id)
    {
        await using var read = database.System.CreateCommand(
            "select result from connectors.agent_commands where account_id = $1 and id = $2 and status in ('done', 'rejected', 'unknown')");
        read.Parameters.AddWithValue(account.Value);
        read.Parameters.AddWithValue(id);
        return await read.ExecuteScalarAsync(CancellationToken.None) is string json ? ResultOf(json) : null;
    }

    // Whoever takes the row first decides: the report that hands it out, or this.
    private async Task<AgentAnswer> WithdrawAsync(string id)
    {
        await using var withdraw = database.System.CreateCommand("""
            with taken as (update connectors.agent_commands set status = 'withdrawn' where account_id = $1 and id = $2 and status = 'queued' returning 1)
            select (select count(*) from taken), c.status, c.result from connectors.agent_commands c where c.account_id = $1 and c.id = $2
            """);
        withdraw.Parameters.AddWithValue(account.Value);
        withdraw.Parameters.AddWithValue(id);
        await using var row = await withdraw.ExecuteReaderAsync(CancellationToken.None);
        if (!await row.ReadAsync(CancellationToken.None)) return new AgentAnswer.Silent("The command is gone.");
        if (row.GetInt64(0) == 1 || row.GetString(1) == "withdrawn")
            return new AgentAnswer.NotDelivered("The terminal did not fetch the command in time.");
        if (!row.IsDBNull(2)) return new AgentAnswer.Answered(ResultOf(row.GetString(2)));
        return new AgentAnswer.Silent("The terminal has fetched the command and has not told what became of it.");
    }

    private async Task<List<AgentCommandRecord>> ReadAsync(string filter, NpgsqlParameter value, CancellationToken ct)
    {
        try
        {
            await using var read = database.System.CreateCommand($"""
                select c.command, c.created_at, c.expires_at, c.delivered_at, c.result,
                    c.status = 'withdrawn' or (c.status = 'queued' and c.expires_at < clock_timestamp())
                    or (c.status = 'delivered' and a.instance = c.instance and a.last_beat > c.expires_at + interval '{SentSince}')
                from connectors.agent_commands c left join connectors.agents a using (account_id) where c.account_id = $1 and {filter} order by c.seq
                """);
            read.Parameters.AddWithValue(account.Value);
            read.Parameters.Add(value);
            await using var row = await read.ExecuteReaderAsync(ct);
            List<AgentCommandRecord> found = [];
            while (await row.ReadAsync(ct))
            {
                found.Add(new AgentCommandRecord
                {
                    Command = JsonSerializer.Deserialize(row.GetString(0), AgentsJson.Default.AgentCommand)
                        ?? throw new JsonException("A stored command is null."),
                    CreatedAt = row.GetFieldValue<DateTimeOffset>(1),
                    ExpiresAt = row.GetFieldValue<DateTimeOffset>(2),
                    DeliveredAt = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
                    Result = row.IsDBNull(4) ? null : ResultOf(row.GetString(4)),
                    IsProvenNotRun = !row.IsDBNull(5) && row.GetBoolean(5),
                });
            }
            return found;
        }
        catch (Exception e) when (AgentMailboxes.IsAway(e))
        {
            throw AgentMailboxes.Unavailable(e);
        }
    }

    private static AgentResult ResultOf(string json) =>
        JsonSerializer.Deserialize(json, AgentsJson.Default.AgentResult) ?? throw new JsonException("A stored result is null.");
}
