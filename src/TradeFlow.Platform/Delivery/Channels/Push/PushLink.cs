using System.Text.Json;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>The screen of the dashboard that a notification opens.</summary>
internal static class PushLink
{
    public static string Of(ChannelMessage message) => message.Event switch
    {
        "order.failed" or "order.needs_review" => AccountOf(message) is { } account ? $"/orders?account={account}" : "/orders",
        "account.offline" or "account.needs_reconnect" => "/accounts",
        "emergency_stop" => "/positions",
        "limit.reached" => "/risk",
        "gap" => "/log",
        "trade.closed" => "/analytics",
        "trial.ending" or "billing" => "/billing",
        "login.new_device" or Events.ChannelEvent.Test => "/settings",
        _ => "/",
    };

    private static Guid? AccountOf(ChannelMessage message) =>
        message.Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("account_id", out var id)
            && id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var account) ? account : null;
}
