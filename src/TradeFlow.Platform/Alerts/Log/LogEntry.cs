using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Contracts;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>One row of the log as it is known once the sender has been answered.</summary>
internal sealed record LogEntry
{
    /// <summary>What is kept of a message that was not recorded.</summary>
    public const int MostPayload = 1024;
    private const int MostPath = 512;

    public required Guid Id { get; init; }
    public required Guid Tenant { get; init; }
    public required Guid Account { get; init; }
    public required string Broker { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Payload { get; init; }

    /// <summary>Bytes of the message that are not kept.</summary>
    public int? PayloadCut { get; init; }

    /// <summary>Requests of the same second over the rate that this row stands for as well.</summary>
    public int? More { get; init; }
    public required int Status { get; init; }
    public string? Code { get; init; }
    public Guid? Order { get; init; }
    public Guid? DuplicateOf { get; init; }
    public Guid? ReplayOf { get; init; }
    public StrategyMark? Strategy { get; init; }
    public required decimal LatencyMs { get; init; }
    public required string Stages { get; init; }
    public required string Response { get; init; }
    public string? Error { get; init; }

    /// <summary>How old the alert was by its own time, where that is worth a word.</summary>
    public int? LagSeconds { get; init; }
    public required string Checks { get; init; }
    public string? Dialect { get; init; }

    /// <summary>The row stands already: the record of the signal wrote it.</summary>
    public required bool IsRecorded { get; init; }

    /// <summary>The row without what PostgreSQL may have refused of it: that it was there is told all the same.</summary>
    public LogEntry Bare() => this with
    {
        Payload = "", PayloadCut = null, Response = "null", Checks = "[]", Error = "What this signal was answered could not be kept."
    };

    /// <param name="isTold">False when the sender had hung up by then.</param>
    public static LogEntry Of(Attempt attempt, Answer answer, bool isTold = true)
    {
        var elapsed = attempt.Elapsed;
        // The record of a signal has written its payload.
        var payload = attempt.IsRecorded ? "" : Masking.Beginning(attempt.Payload, MostPayload);
        var isCut = !attempt.IsRecorded && payload.Length < attempt.Payload.Length;
        return new LogEntry
        {
            Id = attempt.Webhook.Value,
            Tenant = attempt.Account.TenantId.Value,
            Account = attempt.Account.AccountId.Value,
            Broker = attempt.Account.Broker,
            ReceivedAt = attempt.ReceivedAt,
            Method = attempt.Method,
            Path = Masking.Beginning(attempt.Path, MostPath),
            Payload = payload,
            PayloadCut = isCut || attempt.IsTooLarge
                ? (int)Math.Min(int.MaxValue, Math.Max(0, attempt.Length - Encoding.UTF8.GetByteCount(payload))) : null,
            Status = isTold ? answer.Status : StatusCodes.Status499ClientClosedRequest,
            Code = isTold ? answer.Code : AlertCodes.ClientGone,
            Order = attempt.AnsweredOrder?.Value,
            DuplicateOf = attempt.DuplicateOf?.Value,
            ReplayOf = attempt.ReplayOf?.Value,
            Strategy = attempt.Strategy,
            LatencyMs = Round(elapsed),
            Stages = StagesOf(attempt, elapsed),
            // Our own words: a secret under a name that tells it is masked before it gets here.
            Response = Masking.Shapes(Encoding.UTF8.GetString(answer.Json.Span)),
            Error = isTold ? answer.Error : GoneWords(attempt, answer),
            LagSeconds = attempt.Age?.LagSeconds,
            Checks = attempt.Checks.ToJson(),
            Dialect = attempt.Alert.Dialect,
            IsRecorded = attempt.IsRecorded,
        };
    }

    private static string GoneWords(Attempt attempt, Answer answer) =>
        answer.Code == AlertCodes.ClientGone ? answer.Error! // it is made with words
        : attempt.AnsweredOrder is null ? $"The sender hung up before it was answered. {answer.Error}".TrimEnd()
        : "The sender hung up before it was answered. The signal went on: its order says how.";

    /// <summary>
    /// receive: until the sender is known. decide: the checks. record: until the commit. queue: until it was sent to the broker. broker:
    /// until it answered.
    /// </summary>
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
            Write(json, "decide",
                attempt.DecidedMs > 0 ? Between(attempt.DecidedMs - attempt.ReceivedMs) : Between(elapsed - attempt.ReceivedMs));
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
