using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>Which rows to list. A status is exact, or a class such as <c>4xx</c>.</summary>
internal sealed record LogFilter(
    Guid? Account, int? Status, int? StatusClass, DateTimeOffset? From, DateTimeOffset? To,
    (DateTimeOffset At, Guid Id)? Before, int Limit);

/// <summary>Reads the log behind the tenant's wall.</summary>
internal sealed class LogReads(TenantDb db)
{
    // A row without a status was recorded, and the process ended before it could answer: the order goes on, which is what 202 says.
    private const string Columns =
        "id, account_id, broker, received_at, method, path, coalesce(status, 202), code, order_id, duplicate_of, replay_of, latency_ms, stages, payload, response, error, checks, " +
        "payload_cut, more, lag_seconds, removed, dialect, strategy_id, strategy_name";

    public Task<List<LogView>> ListAsync(LogFilter filter, CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(Sql(filter), connection);
        if (filter.Account is { } account) command.Parameters.AddWithValue(account);
        if (filter.From is { } from) command.Parameters.AddTime(from.ToUniversalTime());
        if (filter.To is { } to) command.Parameters.AddTime(to.ToUniversalTime());
        if (filter.Before is { } before)
        {
            command.Parameters.AddTime(before.At);
            command.Parameters.AddWithValue(before.Id);
        }
        command.Parameters.AddWithValue(filter.Limit);
        List<LogView> rows = [];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(Read(reader));
        return rows;
    }, ct);

    /// <summary>
    /// The statement of a list, made of the conditions that are given: one that allows for all of them is planned for none. A status stands
    /// in it as a number, so that the index of failures is found.
    /// </summary>
    internal static string Sql(LogFilter filter)
    {
        List<string> conditions = [];
        var next = 1;
        if (filter.Account is not null) conditions.Add($"account_id = ${next++}");
        if (filter.Status is { } status) conditions.Add(Between(status, status));
        if (filter.StatusClass is { } hundreds) conditions.Add(Between(hundreds * 100, (hundreds * 100) + 99));
        if (filter.From is not null) conditions.Add($"received_at >= ${next++}");
        if (filter.To is not null) conditions.Add($"received_at < ${next++}");
        if (filter.Before is not null) conditions.Add($"(received_at, id) < (${next++}, ${next++})");
        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
        return $"select {Columns} from alerts.webhooks_log {where} order by received_at desc, id desc limit ${next}";
    }

    // One failure is asked for by itself: the index of failures has those of a status in the order of the page.
    private static string Between(int least, int most) =>
        least < 400 ? $"coalesce(status, 202) between {least} and {most}"
        : least == most ? $"status = {least}"
        : $"status >= 400 and status between {least} and {most}";

    public Task<(LogView View, IReadOnlyList<CheckView> Checks, string Payload)?> FindAsync(Guid id, CancellationToken ct) =>
        db.RunSqlAsync<(LogView, IReadOnlyList<CheckView>, string)?>(async connection =>
        {
            await using var command = new NpgsqlCommand($"select {Columns} from alerts.webhooks_log where id = $1", connection);
            command.Parameters.AddWithValue(id);
            await using var reader = await command.ExecuteReaderAsync(ct);
            if (!await reader.ReadAsync(ct)) return null;
            return (Read(reader), reader.IsDBNull(16) ? [] : ReadChecks(reader.GetString(16)), reader.GetString(13));
        }, ct);

    private static LogView Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        AccountId = row.GetGuid(1),
        Broker = row.GetString(2),
        ReceivedAt = row.GetFieldValue<DateTimeOffset>(3),
        Method = row.GetString(4),
        Path = row.GetString(5),
        Status = row.GetInt32(6),
        Code = row.TextOrNull(7),
        OrderId = row.GuidOrNull(8),
        DuplicateOf = row.GuidOrNull(9),
        ReplayOf = row.GuidOrNull(10),
        LatencyMs = row.IsDBNull(11) ? null : row.GetDecimal(11),
        Stages = row.IsDBNull(12) ? null : ReadStages(row.GetString(12)),
        Payload = row.IsDBNull(20) ? PayloadOf(row.GetString(13)) : NoPayload,
        Removed = row.TextOrNull(20),
        Response = row.IsDBNull(14) ? null : JsonElement.Parse(row.GetString(14)),
        Error = row.TextOrNull(15),
        PayloadCut = IntOrNull(row, 17),
        More = IntOrNull(row, 18),
        LagSeconds = IntOrNull(row, 19),
        Dialect = row.TextOrNull(21),
        Strategy = StrategyName.Of(row.GuidOrNull(22), row.TextOrNull(23)),
    };

    private static int? IntOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private static Stages ReadStages(string json)
    {
        var stages = JsonElement.Parse(json);
        return new Stages(Number(stages, "receive"), Number(stages, "decide"), Number(stages, "queue"), Number(stages, "broker"),
            Number(stages, "record"));
    }

    private static decimal? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;

    private static IReadOnlyList<CheckView> ReadChecks(string json) =>
    [
        .. JsonElement.Parse(json).EnumerateArray().Select(check => new CheckView(
            check.GetProperty("code").GetString()!, // CheckTrail writes it
            check.GetProperty("passed").GetBoolean(),
            check.TryGetProperty("message", out var message) ? message.GetString() : null,
            Number(check, "limit"), Number(check, "value"))),
    ];

    private static readonly JsonElement NoPayload = JsonElement.Parse("null");

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
}
