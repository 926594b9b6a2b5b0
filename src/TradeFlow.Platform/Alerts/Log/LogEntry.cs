using System.Buffers;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>One row of the log as it is known once the sender has been answered.</summary>
internal sealed record LogEntry
{
    public required Guid Id { get; init; }
    public required Guid Tenant { get; init; }
    public required Guid Account { get; init; }
    public required string Broker { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Payload { get; init; }
    public required int Status { get; init; }
    public string? Code { get; init; }
    public Guid? Order { get; init; }
    public Guid? DuplicateOf { get; init; }
    public Guid? ReplayOf { get; init; }
    public required decimal LatencyMs { get; init; }
    public required string Stages { get; init; }
    public required string Response { get; init; }
    public string? Error { get; init; }
    public required string Checks { get; init; }

    /// <summary>The row stands already: the record of the signal wrote it.</summary>
    public required bool IsRecorded { get; init; }

    public static LogEntry Of(Attempt attempt, Answer answer)
    {
        var elapsed = attempt.Elapsed;
        return new LogEntry
        {
            Id = attempt.Webhook.Value,
            Tenant = attempt.Account.TenantId.Value,
            Account = attempt.Account.AccountId.Value,
            Broker = attempt.Account.Broker,
            ReceivedAt = attempt.ReceivedAt,
            Method = attempt.Method,
            Path = attempt.Path,
            Payload = attempt.Payload,
            Status = answer.Status,
            Code = answer.Code,
            Order = attempt.AnsweredOrder?.Value,
            DuplicateOf = attempt.DuplicateOf?.Value,
            ReplayOf = attempt.ReplayOf?.Value,
            LatencyMs = Round(elapsed),
            Stages = StagesOf(attempt, elapsed),
            Response = Masking.Text(Encoding.UTF8.GetString(answer.Json.Span), []),
            Error = answer.Error,
            Checks = attempt.Checks.ToJson(),
            IsRecorded = attempt.IsRecorded,
        };
    }

    /// <summary>receive: until the sender is known. decide: the checks. record: until the commit. queue: until it was sent to the broker. broker: until it answered.</summary>
    private static string StagesOf(Attempt attempt, double elapsed)
    {
        var outcome = attempt.IsRecorded ? attempt.Outcome : null;
        decimal? queue = null, broker = null;
        if (outcome is { SentAt: { } sent })
        {
            // Two clocks: this process and PostgreSQL. A little less than nothing is nothing.
            queue = Between((sent - attempt.ReceivedAt).TotalMilliseconds - attempt.RecordedMs);
            if (outcome.AnsweredAt is { } answered) broker = Between((answered - sent).TotalMilliseconds);
        }
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("receive", Round(attempt.ReceivedMs));
            Write(json, "decide", attempt.DecidedMs > 0 ? Between(attempt.DecidedMs - attempt.ReceivedMs) : Between(elapsed - attempt.ReceivedMs));
            Write(json, "queue", queue);
            Write(json, "broker", broker);
            Write(json, "record", attempt.RecordedMs > 0 ? Between(attempt.RecordedMs - attempt.DecidedMs) : null);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static decimal Between(double ms) => Round(Math.Max(0, ms));

    private static decimal Round(double ms) => Math.Round((decimal)ms, 3);
}
