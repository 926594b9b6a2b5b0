using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>
/// Writes the log behind the answers, many rows at once: those of recorded signals are completed, those of refused ones inserted. While
/// PostgreSQL is away rows wait, as many as the queue holds; a recorded signal keeps its row whatever happens here.
/// </summary>
internal sealed partial class WebhookLog(Database database, TimeProvider clock, Supervisor supervisor, ILogger<WebhookLog> log)
    : SupervisedService(supervisor)
{
    private const int QueueLength = 20_000;
    private const int LargestBatch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<LogEntry> queue =
        Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly List<LogEntry> inHand = new(LargestBatch);
    private readonly Drain drain = new();

    private const string Complete = """
        update alerts.webhooks_log w set status = n.status, code = n.code, latency_ms = n.latency, stages = n.stages, response = n.response, error = n.error,
            checks = n.checks, lag_seconds = n.lag, dialect = n.dialect
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as n (id, received_at, status, code, latency, stages, response, error, checks, lag, dialect)
        where w.id = n.id and w.received_at = n.received_at
        """;

    // The row may stand already: of a signal that was recorded although its sender could not be told so, or of requests over the rate,
    // which are counted.
    private const string Insert = """
        insert into alerts.webhooks_log as w (id, received_at, status, code, latency_ms, stages, response, error, checks, lag_seconds, dialect,
            tenant_id, account_id, broker, method, path, payload, payload_cut, more, order_id, duplicate_of, replay_of,
            strategy_id, strategy_name, strategy_signal_id)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
        on conflict (id, received_at) do update set status = excluded.status, code = excluded.code, latency_ms = excluded.latency_ms, stages = excluded.stages,
            response = excluded.response, error = excluded.error, checks = excluded.checks, lag_seconds = excluded.lag_seconds, more = excluded.more
        """;

    public void Add(LogEntry entry)
    {
        if (!queue.Writer.TryWrite(entry)) LogDropped(entry.Id, entry.Status);
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops => [("webhook log", KeepWritingAsync)];

    private async Task KeepWritingAsync(CancellationToken stopping)
    {
        // Until the queue is completed: the last answers are written too. What was in hand when the loop failed comes first.
        while (inHand.Count > 0 || await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (inHand.Count < LargestBatch && queue.Reader.TryRead(out var entry)) inHand.Add(entry);
            await WriteAsync(inHand, stopping);
            inHand.Clear();
        }
        await drain.EmptyAsync(stopping);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await drain.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    private async Task WriteAsync(List<LogEntry> batch, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await WriteAllAsync(batch);
                return;
            }
            catch (Exception e) when (e is (not NpgsqlException) or PostgresException { IsTransient: false })
            {
                LogFailed(e, batch.Count);
                if (batch is [var one])
                {
                    if (one == one.Bare()) return;
                    await WriteAsync([one.Bare()], stopping);
                    return;
                }
                // One bad row must not take the others with it.
                foreach (var entry in batch) await WriteAsync([entry], stopping);
                return;
            }
            catch (NpgsqlException e)
            {
                LogAway(e.Message, batch.Count);
                if (stopping.IsCancellationRequested) return;
                await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WriteAllAsync(List<LogEntry> batch)
    {
        await using var connection = await database.System.OpenConnectionAsync(CancellationToken.None);
        await using var statements = new NpgsqlBatch(connection);
        // In the order of ids, so that two replicas cannot wait for each other's rows crosswise.
        var done = batch.Where(entry => entry.IsRecorded).OrderBy(entry => entry.Id).ToArray();
        // One statement may meet a row once: the last word counts.
        var added = batch.Where(entry => !entry.IsRecorded).GroupBy(entry => entry.Id).Select(entries => entries.Last())
            .OrderBy(entry => entry.Id).ToArray();
        if (done.Length > 0) statements.BatchCommands.Add(Answered(new NpgsqlBatchCommand(Complete), done));
        if (added.Length > 0) statements.BatchCommands.Add(Whole(Answered(new NpgsqlBatchCommand(Insert), added), added));
        await statements.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlBatchCommand Answered(NpgsqlBatchCommand command, LogEntry[] rows)
    {
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Id);
        Add(command, NpgsqlDbType.TimestampTz, rows, row => row.ReceivedAt);
        Add(command, NpgsqlDbType.Integer, rows, row => row.Status);
        Add(command, NpgsqlDbType.Text, rows, row => row.Code);
        Add(command, NpgsqlDbType.Numeric, rows, row => row.LatencyMs);
        Add(command, NpgsqlDbType.Jsonb, rows, row => row.Stages);
        Add(command, NpgsqlDbType.Jsonb, rows, row => row.Response);
        Add(command, NpgsqlDbType.Text, rows, row => row.Error);
        Add(command, NpgsqlDbType.Jsonb, rows, row => row.Checks);
        Add(command, NpgsqlDbType.Integer, rows, row => row.LagSeconds);
        Add(command, NpgsqlDbType.Text, rows, row => row.Dialect);
        return command;
    }

    private static NpgsqlBatchCommand Whole(NpgsqlBatchCommand command, LogEntry[] rows)
    {
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Tenant);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Account);
        Add(command, NpgsqlDbType.Text, rows, row => row.Broker);
        Add(command, NpgsqlDbType.Text, rows, row => row.Method);
        Add(command, NpgsqlDbType.Text, rows, row => row.Path);
        Add(command, NpgsqlDbType.Text, rows, row => row.Payload);
        Add(command, NpgsqlDbType.Integer, rows, row => row.PayloadCut);
        Add(command, NpgsqlDbType.Integer, rows, row => row.More);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Order);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.DuplicateOf);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.ReplayOf);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Strategy?.Id);
        Add(command, NpgsqlDbType.Text, rows, row => row.Strategy?.Name);
        Add(command, NpgsqlDbType.Uuid, rows, row => row.Strategy?.Signal);
        return command;
    }

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, LogEntry[] rows, Func<LogEntry, T> value) =>
        command.Parameters.AddColumn(type, rows, value);

    [LoggerMessage(2031, LogLevel.Error, "The webhook log is full: row {Webhook} with status {Status} was dropped")]
    private partial void LogDropped(Guid webhook, int status);

    [LoggerMessage(2032, LogLevel.Error, "{Count} rows of the webhook log were refused")]
    private partial void LogFailed(Exception exception, int count);

    [LoggerMessage(2033, LogLevel.Warning, "{Count} rows of the webhook log wait for PostgreSQL: {Reason}")]
    private partial void LogAway(string reason, int count);
}
