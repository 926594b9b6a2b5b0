using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// Asks the Worker, which holds the plugins, and waits for its answer: a sealed row, a wake-up by Redis, a poll when Redis is away. Whoever names
/// an account has found it behind the wall of its caller.
/// </summary>
internal sealed class JobClient : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollWithoutRedis = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();
    private readonly Database database;
    private readonly RedisBus bus;
    private readonly SecretBox secrets;
    private readonly TimeProvider clock;
    private readonly IDisposable subscription;

    public JobClient(Database database, RedisBus bus, SecretBox secrets, TimeProvider clock)
    {
        (this.database, this.bus, this.secrets, this.clock) = (database, bus, secrets, clock);
        subscription = bus.Subscribe(Topics.JobDone, message =>
        {
            if (Guid.TryParse(message, out var id) && waiting.TryGetValue(id, out var done)) done.TrySetResult();
        });
    }

    /// <summary>Runs one job. Whatever it asks is sealed in the row; the Worker drops it once <paramref name="timeout"/> is over.</summary>
    public async Task<JobResult> RunAsync(string kind, TenantId tenant, AccountId? account, string requestJson, TimeSpan timeout, CancellationToken ct)
    {
        var id = NewId.At(clock);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = done;
        try
        {
            var started = Stopwatch.GetTimestamp();
            await InsertAsync(id, kind, tenant, account, requestJson, timeout, ct);
            bus.Publish(Topics.JobQueued, id.ToString());
            while (true)
            {
                var left = timeout - Stopwatch.GetElapsedTime(started);
                var pause = bus.IsConnected ? Poll : PollWithoutRedis;
                if (left > TimeSpan.Zero) await WaitAsync(done.Task, left < pause ? left : pause, ct);
                if (await ReadAsync(id, tenant, ct) is { } result) return result;
                if (left <= TimeSpan.Zero) return new JobResult(JobStatus.TimedOut, null);
                if (done.Task.IsCompleted) waiting[id] = done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Tries a log-in.</summary>
    public async Task<ConnectAnswer> ConnectAsync(TenantId tenant, ConnectRequestBody request, TimeSpan timeout, CancellationToken ct)
    {
        var result = await RunAsync(JobKinds.Connect, tenant, account: null, JsonSerializer.Serialize(request, ConnectorsJson.Default.ConnectRequestBody), timeout, ct);
        return result switch
        {
            { Status: JobStatus.Done, Json: { } json } => JsonSerializer.Deserialize(json, ConnectorsJson.Default.ConnectAnswer) ?? throw new JsonException("A job answered null."),
            { Status: JobStatus.Failed, Json: { } json } => new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = JsonSerializer.Deserialize(json, ConnectorsJson.Default.JobFailure)?.Message },
            _ => new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = "The broker did not answer in time." },
        };
    }

    private async Task InsertAsync(Guid id, string kind, TenantId tenant, AccountId? account, string requestJson, TimeSpan timeout, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Wall.Around(tenant).Command());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            insert into connectors.jobs (id, tenant_id, account_id, kind, request, expires_at) values ($1, $2, $3, $4, $5, now() + $6)
            """)
        {
            Parameters =
            {
                new() { Value = id },
                new() { Value = tenant.Value },
                new() { Value = account is { } known ? known.Value : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid },
                new() { Value = kind },
                new() { Value = secrets.Seal(tenant, requestJson, SealOwner(id)) },
                new() { Value = timeout },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }

    private async Task<JobResult?> ReadAsync(Guid id, TenantId tenant, CancellationToken ct)
    {
        await using var connection = await database.App.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Wall.Around(tenant).Command());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select status, result from connectors.jobs where id = $1 and status in ('done', 'failed')") { Parameters = { new() { Value = id } } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return new JobResult(reader.GetString(0) == "done" ? JobStatus.Done : JobStatus.Failed, reader.IsDBNull(1) ? null : reader.GetString(1));
    }

    internal static string SealOwner(Guid id) => $"job:{id}";

    private static async Task WaitAsync(Task done, TimeSpan atMost, CancellationToken ct)
    {
        try
        {
            await done.WaitAsync(atMost, ct);
        }
        catch (TimeoutException)
        {
            // The poll below looks whether a lost message would have told more.
        }
    }

    public void Dispose() => subscription.Dispose();
}
