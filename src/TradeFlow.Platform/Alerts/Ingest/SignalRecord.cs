using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>The call of <c>alerts.record</c>: one round trip and one commit for a batch, whatever the tenants in it.</summary>
internal sealed class SignalRecord(Database database, IOptions<IngestOptions> options) : IAsyncDisposable
{
    private const int TimeoutSeconds = 2;

    // Signals of strategies that are recorded at once; more wait a moment.
    private const int FanOuts = 4;

    // A connection for each writer, whose statements stay planned.
    private readonly NpgsqlDataSource pool = database.NewSystemPool(options.Value.Writers + FanOuts, TimeSpan.FromSeconds(10),
        looksUpByKey: true);

    private static readonly string Sql = $"select * from alerts.record({Numbers(26)})";
    private static readonly string SqlOfStrategy = $"select * from strategies.record_signal({Numbers(37)})";

    public async Task<Dictionary<WebhookId, Recorded>> RunAsync(IReadOnlyList<Signal> batch, CancellationToken ct)
    {
        await using var connection = await pool.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = TimeoutSeconds };
        AddBatch(command, batch);
        var outcomes = new Dictionary<WebhookId, Recorded>(batch.Count);
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct)) outcomes[new WebhookId(reader.GetGuid(0))] = Read(reader);
        }
        // The reader is closed: the statement has committed.
        return outcomes;
    }

    /// <summary>Records a signal of a strategy for all its accounts, or for none, in one commit.</summary>
    public async Task<RecordedForAll> RunAsync(StrategySignal signal, IReadOnlyList<Signal> batch, CancellationToken ct)
    {
        await using var connection = await pool.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(SqlOfStrategy, connection) { CommandTimeout = TimeoutSeconds };
        command.Parameters.AddWithValue(signal.Id);
        command.Parameters.AddWithValue(signal.Strategy.Id.Value);
        command.Parameters.AddWithValue(signal.Strategy.Version);
        command.Parameters.AddTime(signal.ReceivedAt);
        command.Parameters.AddWithValue(signal.DedupeKey);
        command.Parameters.AddWithValue(signal.DedupeFor);
        command.Parameters.AddWithValue(signal.HoldFor);
        command.Parameters.AddWithValue(signal.BodyHash);
        command.Parameters.AddText(signal.Dialect);
        command.Parameters.AddText(signal.Action);
        command.Parameters.AddText(signal.Symbol);
        AddBatch(command, batch);
        var outcomes = new Dictionary<WebhookId, Recorded>(batch.Count);
        (string Outcome, Guid? First)? ofAll = null;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (reader.IsDBNull(0)) ofAll = (reader.GetString(1), reader.GuidOrNull(2));
                else outcomes[new WebhookId(reader.GetGuid(0))] = Read(reader);
            }
        }
        return ofAll switch
        {
            null => new RecordedForAll.Done(outcomes),
            ("gone", _) => new RecordedForAll.Gone(),
            ("duplicate", { } first) => new RecordedForAll.Duplicate(first),
            ("reused", { } first) => new RecordedForAll.Reused(first),
            ("stale", _) => new RecordedForAll.Stale([.. outcomes.Where(one => one.Value is Recorded.Stale).Select(one => one.Key)]),
            var (other, _) => throw new InvalidOperationException($"strategies.record_signal answered '{other}'."),
        };
    }

    private static string Numbers(int count) => string.Join(", ", Enumerable.Range(1, count).Select(number => $"${number}"));

    private static void AddBatch(NpgsqlCommand command, IReadOnlyList<Signal> batch)
    {
        Add(NpgsqlDbType.Uuid, signal => signal.Webhook.Value);
        Add(NpgsqlDbType.Uuid, signal => signal.Order.Value);
        Add(NpgsqlDbType.Uuid, signal => signal.Account.TenantId.Value);
        Add(NpgsqlDbType.Uuid, signal => signal.Account.AccountId.Value);
        Add(NpgsqlDbType.Bigint, signal => signal.Account.Version);
        Add(NpgsqlDbType.Text, signal => signal.Account.Broker);
        Add(NpgsqlDbType.TimestampTz, signal => signal.ReceivedAt);
        Add(NpgsqlDbType.Text, signal => signal.Method);
        Add(NpgsqlDbType.Text, signal => signal.Path);
        Add(NpgsqlDbType.Text, signal => signal.Payload);
        Add(NpgsqlDbType.Text, signal => signal.DedupeKey);
        Add(NpgsqlDbType.Interval, signal => signal.DedupeFor);
        Add(NpgsqlDbType.Interval, signal => signal.HoldFor);
        Add(NpgsqlDbType.Uuid, signal => signal.After?.Value);
        Add(NpgsqlDbType.Bytea, signal => signal.BodyHash);
        Add(NpgsqlDbType.Uuid, signal => signal.ReplayOf?.Value);
        Add(NpgsqlDbType.Text, signal => ClientOrderId.For(signal.Order));
        Add(NpgsqlDbType.Text, signal => signal.Intent.Command);
        Add(NpgsqlDbType.Jsonb, signal => signal.IntentJson);
        Add(NpgsqlDbType.Text, signal => signal.Symbol);
        Add(NpgsqlDbType.Text, signal => signal.Intent.Side switch { TradeSide.Buy => "BUY", TradeSide.Sell => "SELL", _ => null });
        Add(NpgsqlDbType.Text, signal => signal.Intent.Type switch { TradeType.Limit => "LIMIT", TradeType.Stop => "STOP", _ => "MARKET" });
        Add(NpgsqlDbType.Numeric, signal => signal.Intent.Qty);
        Add(NpgsqlDbType.Numeric, signal => signal.Intent.Price);
        Add(NpgsqlDbType.TimestampTz, signal => signal.ValidUntil);
        Add(NpgsqlDbType.Jsonb, signal => signal.GateJson);

        void Add<T>(NpgsqlDbType type, Func<Signal, T> value) => command.Parameters.AddColumn(type, batch, value);
    }

    /// <summary>Looks whether a signal is in the database after all, with its order.</summary>
    public async Task<bool> IsThereAsync(Signal signal, CancellationToken ct)
    {
        await using var connection = await database.OpenAloneAsync(ct);
        await using var command = new NpgsqlCommand(
            "select 1 from alerts.webhooks_log where id = $1 and received_at = $2 and order_id is not null",
            connection) { CommandTimeout = TimeoutSeconds };
        command.Parameters.AddWithValue(signal.Webhook.Value);
        command.Parameters.AddWithValue(signal.ReceivedAt);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    private static Recorded Read(NpgsqlDataReader reader) => reader.GetString(1) switch
    {
        "recorded" => new Recorded.New(Measured(reader)),
        "stale" => new Recorded.Stale(),
        "duplicate" => new Recorded.Duplicate(new WebhookId(reader.GetGuid(2)), new OrderId(reader.GetGuid(3)),
            reader.GetFieldValue<DateTimeOffset>(4)),
        "unanswered" => new Recorded.Unanswered(new WebhookId(reader.GetGuid(2)), new OrderId(reader.GetGuid(3)),
            reader.GetFieldValue<DateTimeOffset>(4)),
        "reused" => new Recorded.Reused(new WebhookId(reader.GetGuid(2))),
        "late" => new Recorded.Unavailable(),
        "refused" => new Recorded.Refused(reader.GetString(5), Measured(reader)),
        var other => throw new InvalidOperationException($"alerts.record answered '{other}'."),
    };

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private static decimal[] Measured(NpgsqlDataReader reader) => reader.IsDBNull(6) ? [] : reader.GetFieldValue<decimal[]>(6);
}
