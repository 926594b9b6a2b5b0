using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Delivery.Http;

namespace TradeFlow.Platform.Delivery.Channels.Webhook;

/// <summary>A signed request to an address of the user, as the specification of standard-webhooks has it.</summary>
internal sealed class WebhookChannel(IOptions<DeliveryOptions> options, TimeProvider clock) : IChannelKind, IDisposable
{
    private const int LongestTarget = 2000;
    private readonly OutsideHttp http = new(options.Value.Allows);

    public string Kind => "webhook";

    public bool IsSigned => true;

    public async Task<string?> ProblemAsync(string target, CancellationToken ct)
    {
        if (target.Length > LongestTarget || !Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")
            || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "Enter an address such as https://example.com/hooks/tradeflow.";
        if (options.Value.Allows(url.IdnHost, url.Port)) return null;
        if (await http.IsPrivateAsync(url, ct)) return $"{url.Host} leads into a private network, which is not reached.";
        return url.Scheme == Uri.UriSchemeHttps ? null : "Use an address that begins with https.";
    }

    public async Task<string?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookBody(message.Event, message.At,
            new WebhookData(message.Notification, message.Kind, message.Severity, message.Text, message.Data)),
            ChannelJson.Default.WebhookBody);
        var id = $"msg_{message.Id:N}";
        // Of the attempt, not of what it is about: a receiver refuses what is older than a few minutes.
        var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var answer = await http.PostAsync(new Uri(channel.Target), body,
            [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", Sign(channel.Secret ?? "", id, time, body))], ct);
        return answer.IsGood ? null : answer.Status is { } status ? $"The address answered {status}." : answer.Text;
    }

    private static string Sign(string secret, string id, string time, byte[] body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(WebhookSecret.KeyOf(secret),
            (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body]));

    public void Dispose() => http.Dispose();
}

/// <summary>What a receiver proves our messages with: <c>whsec_</c> and 32 random bytes.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";

    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[Math.Min(Prefix.Length, secret.Length)..]);
}

internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookData Data);

/// <param name="Id">Of the notification; missing for a test.</param>
/// <param name="Detail">Ids that can be followed: <c>order_id</c>, <c>account_id</c>, …</param>
internal sealed record WebhookData(Guid? Id, string Kind, string Severity, string Text, JsonElement? Detail);
