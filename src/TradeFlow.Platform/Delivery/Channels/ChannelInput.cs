using TradeFlow.Platform.Delivery.Channels.Push;

namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>A channel as it is sent.</summary>
/// <param name="Id">Of a channel that is there; missing, it is a new one.</param>
/// <param name="Target">An e-mail address, a Telegram chat, the address of a webhook, or what a browser is called.</param>
/// <param name="QuietFrom">Such as 22:00. With <c>quiet_to</c>, or both null.</param>
/// <param name="Secret">Of an answer that is sent back: it is not looked at.</param>
/// <param name="SubscriptionId">The same.</param>
/// <param name="Subscription">Of a new channel of kind <c>push</c>: what the browser's push manager says.</param>
internal sealed record ChannelInput(
    Guid? Id, string? Kind, string? Target, bool? Enabled, string[]? Events, string? QuietFrom, string? QuietTo, string? TimeZone,
    string? Secret, string? SubscriptionId, BrowserSubscription? Subscription);
