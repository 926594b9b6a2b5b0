using System.Globalization;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Delivery.Channels;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>A channel as it is shown.</summary>
/// <param name="Secret">What a webhook's messages are signed with: in the answer that made the channel, and in no other.</param>
/// <param name="SubscriptionId">Of kind <c>push</c>: SHA-256 of the subscription's endpoint in hex, by which a browser knows its own
/// channel.</param>
internal sealed record ChannelView(
    Guid Id, string Kind, string Target, bool Enabled, IReadOnlyList<string> Events, string? QuietFrom, string? QuietTo, string TimeZone,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SubscriptionId)
{
    public static ChannelView Of(StoredChannel channel, IChannelKind kind, bool isNew)
    {
        var (target, subscription) = kind.Shown(channel.Target);
        return new ChannelView(
            channel.Id, channel.Kind, target, channel.Enabled, channel.Events, Text(channel.QuietFrom), Text(channel.QuietTo),
            channel.TimeZone, isNew ? channel.Secret : null, subscription);
    }

    private static string? Text(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture);
}
