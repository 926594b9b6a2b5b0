using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>A browser's subscription, as its <c>PushSubscription.toJSON()</c> has it.</summary>
/// <param name="Endpoint">Where the browser's push service takes messages for it.</param>
internal sealed record BrowserSubscription(string? Endpoint, BrowserKeys? Keys);

/// <param name="P256dh">The browser's public key: base64url of 65 bytes.</param>
/// <param name="Auth">A secret that the browser shares with us: base64url of 16 bytes.</param>
internal sealed record BrowserKeys([property: JsonPropertyName("p256dh")] string? P256dh, string? Auth);

/// <summary>What is kept, sealed, of a browser that is pushed to.</summary>
/// <param name="Name">What people call it: <c>Chrome on Linux</c>.</param>
internal sealed record PushTarget(string Name, string Endpoint, string P256dh, string Auth)
{
    /// <summary>By which a browser knows a channel as its own. The address itself lets whoever knows it send.</summary>
    [JsonIgnore]
    public string SubscriptionId => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Endpoint)));

    public string ToJson() => JsonSerializer.Serialize(this, ChannelJson.Default.PushTarget);

    public static PushTarget Read(string json) => JsonSerializer.Deserialize(json, ChannelJson.Default.PushTarget)!; // ToJson wrote it
}
