using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Notices;

/// <summary>One notification as the API and the sockets show it.</summary>
internal sealed record Notice
{
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Severity { get; init; }
    public required string Kind { get; init; }
    public required string Text { get; init; }
    public JsonElement? Data { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>The same as an event of the socket.</summary>
internal sealed record NoticeEvent(string Type, Guid Id, DateTimeOffset At, string Severity, string Kind, string Text, JsonElement? Data)
{
    public static NoticeEvent Of(Notice notice) =>
        new("notification", notice.Id, notice.At, notice.Severity, notice.Kind, notice.Text, notice.Data);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTimes)])]
[JsonSerializable(typeof(NoticeEvent))]
internal sealed partial class NoticeJson : JsonSerializerContext;
