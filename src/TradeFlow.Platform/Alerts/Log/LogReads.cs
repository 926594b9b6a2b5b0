using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>Which rows to list. A status is exact, or a class such as <c>4xx</c>.</summary>
internal sealed record LogFilter(Guid? Account, int? Status, int? StatusClass, DateTimeOffset? From, DateTimeOffset? To, (DateTimeOffset At, Guid Id)? Before, int Limit);

/// <summary>Reads the log behind the tenant's wall.</summary>
internal sealed class LogReads(TenantDb db)
{
    // A row without a status was recorded, and the process ended before it could answer: the order goes on, which is what 202 says.
    private const string Columns = "id, account_id, broker, received_at, method, path, coalesce(status, 202), code, order_id, duplicate_of, replay_of, latency_ms, stages, payload, response, error, checks";

    public Task<List<LogView>> ListAsync(LogFilter filter, CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand($"""
            select {Columns} from alerts.webhooks_log
            where ($1::uuid is null or account_id = $1) and ($2::int is null or coalesce(status, 202) = $2) and ($3::int is null or coalesce(status, 202) / 100 = $3)
              and ($4::timestamptz is null or received_at >= $4) and ($5::timestamptz is null or received_at < $5)
              and ($6::timestamptz is null or (received_at, id) < ($6, $7))
            order by received_at desc, id desc limit $8
            """, connection);
        Add(command, NpgsqlDbType.Uuid, filter.Account);
        Add(command, NpgsqlDbType.Integer, filter.Status);
        Add(command, NpgsqlDbType.Integer, filter.StatusClass);
        Add(command, NpgsqlDbType.TimestampTz, filter.From?.ToUniversalTime());
        Add(command, NpgsqlDbType.TimestampTz, filter.To?.ToUniversalTime());
        Add(command, NpgsqlDbType.TimestampTz, filter.Before?.At);
        Add(command, NpgsqlDbType.Uuid, filter.Before?.Id);
        command.Parameters.AddWithValue(filter.Limit);
        List<LogView> rows = [];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }, ct);

    public Task<(LogView View, IReadOnlyList<CheckView> Checks, string Payload)?> FindAsync(Guid id, CancellationToken ct) => db.RunSqlAsync<(LogView, IReadOnlyList<CheckView>, string)?>(async connection =>
    {
        await using var command = new NpgsqlCommand($"select {Columns} from alerts.webhooks_log where id = $1", connection);
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        return (Read(reader), reader.IsDBNull(16) ? [] : ReadChecks(reader.GetString(16)), reader.GetString(13));
    }, ct);

    public static string Cursor(LogView last) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"{last.ReceivedAt.UtcTicks}.{last.Id:N}"));

    public static (DateTimeOffset At, Guid Id)? ReadCursor(string cursor)
    {
        if (cursor.Length is 0 or > 200 || cursor.Length % 2 != 0 || !cursor.All(char.IsAsciiHexDigit)) return null;
        var parts = Encoding.ASCII.GetString(Convert.FromHexString(cursor)).Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], out var ticks) && ticks is > 0 and < 3_155_378_975_999_999_999 && Guid.TryParseExact(parts[1], "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }

    private static LogView Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        AccountId = row.GetGuid(1),
        Broker = row.GetString(2),
        ReceivedAt = row.GetFieldValue<DateTimeOffset>(3),
        Method = row.GetString(4),
        Path = row.GetString(5),
        Status = row.GetInt32(6),
        Code = row.IsDBNull(7) ? null : row.GetString(7),
        OrderId = row.IsDBNull(8) ? null : row.GetGuid(8),
        DuplicateOf = row.IsDBNull(9) ? null : row.GetGuid(9),
        ReplayOf = row.IsDBNull(10) ? null : row.GetGuid(10),
        LatencyMs = row.IsDBNull(11) ? null : row.GetDecimal(11),
        Stages = row.IsDBNull(12) ? null : ReadStages(row.GetString(12)),
        Payload = PayloadOf(row.GetString(13)),
        Response = row.IsDBNull(14) ? null : JsonElement.Parse(row.GetString(14)),
        Error = row.IsDBNull(15) ? null : row.GetString(15),
    };

    private static Stages ReadStages(string json)
    {
        var stages = JsonElement.Parse(json);
        return new Stages(Value("receive"), Value("decide"), Value("queue"), Value("broker"), Value("record"));

        decimal? Value(string name) => stages.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
    }

    private static IReadOnlyList<CheckView> ReadChecks(string json) =>
    [
        .. JsonElement.Parse(json).EnumerateArray().Select(check => new CheckView(
            check.GetProperty("code").GetString()!, // CheckTrail writes it
            check.GetProperty("passed").GetBoolean(),
            check.TryGetProperty("message", out var message) ? message.GetString() : null,
            null, null)),
    ];

    private static JsonElement PayloadOf(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object? value) => command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}
