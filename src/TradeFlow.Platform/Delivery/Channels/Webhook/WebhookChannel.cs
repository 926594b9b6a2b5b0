using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Delivery.Http;
using TradeFlow.Platform.Kernel;

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

    public async Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookBody(message.Event, message.At,
            new WebhookData(message.Notification, message.Kind, message.Severity, message.Text, message.Data)),
            ChannelJson.Default.WebhookBody);
        var id = $"msg_{message.Id:N}";
        // Of the attempt, not of what it is about: a receiver refuses what is older than a few minutes.
        var time = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var answer = await http.PostAsync(new Uri(channel.Target), body,
            [
                (StandardWebhook.IdHeader, id), (StandardWebhook.TimestampHeader, time),
                (StandardWebhook.SignatureHeader, StandardWebhook.Sign(StandardWebhook.KeyOf(channel.Secret ?? ""), id, time, body)),
            ], ct);
        return answer.IsGood ? null : new ChannelFault(answer.Status is { } status ? $"The address answered {status}." : answer.Text);
    }

    public void Dispose() => http.Dispose();
}

internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookData Data);

/// <param name="Id">Of the notification; missing for a test.</param>
/// <param name="Detail">Ids that can be followed: <c>order_id</c>, <c>account_id</c>, …</param>
internal sealed record WebhookData(Guid? Id, string Kind, string Severity, string Text, JsonElement? Detail);
