using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>What a channel is told.</summary>
/// <param name="Id">The same at each attempt.</param>
/// <param name="Event">One of <see cref="Events.ChannelEvent"/>, or <c>test</c>.</param>
/// <param name="Kind">Of the notification: the event, or what it is exactly.</param>
/// <param name="At">When it happened.</param>
/// <param name="Notification">In the list of notifications; a test is in none.</param>
internal sealed record ChannelMessage(
    Guid Id, string Event, string Kind, string Severity, string Text, DateTimeOffset At, JsonElement? Data, Guid? Notification)
{
    public string ToJson() => JsonSerializer.Serialize(this, ChannelJson.Default.ChannelMessage);

    public static ChannelMessage Read(
        string json) => JsonSerializer.Deserialize(json, ChannelJson.Default.ChannelMessage)!; // ToJson wrote it
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTimes)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelMessage))]
[JsonSerializable(typeof(Webhook.WebhookBody))]
[JsonSerializable(typeof(Telegram.TelegramMessage))]
[JsonSerializable(typeof(Discord.DiscordMessage))]
[JsonSerializable(typeof(Push.PushBody))]
[JsonSerializable(typeof(Push.PushTarget))]
internal sealed partial class ChannelJson : JsonSerializerContext;
