using System.Net;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;
using Microsoft.Extensions.Options;
using MimeKit;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Http;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Mail;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>
/// A notification of a browser (RFC 8030), encrypted for that browser alone (RFC 8291). Its push service hands it on and cannot read it.
/// </summary>
internal sealed class PushChannel : IChannelKind, IDisposable
{
    public const string Name = "push";
    private const int LongestName = 80;
    private const int LongestEndpoint = 1000;

    // A push service takes 4096 bytes, and JSON may need six of them for a character.
    private const int LongestText = 500;

    private const int AuthBytes = 16;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);
    private readonly DeliveryOptions options;
    private readonly PushKeys keys;
    private readonly string subject;
    private readonly OutsideHttp outside;
    private readonly HttpClient client;

    public PushChannel(
        IOptions<DeliveryOptions> options, IOptions<PushOptions> push, IOptions<MailOptions> mail, PublicAddress address, PushKeys keys)
    {
        this.options = options.Value;
        this.keys = keys;
        subject = push.Value.Vapid.Subject ?? (address.Url is { Scheme: "https" } url ? url.GetLeftPart(UriPartial.Authority)
            : $"mailto:{MailboxAddress.Parse(mail.Value.From).Address}");
        outside = new OutsideHttp(this.options.Allows);
        client = new HttpClient(new OutsideHandler(outside), disposeHandler: true);
    }

    public string Kind => Name;

    /// <param name="target">The name of the browser.</param>
    public Task<string?> ProblemAsync(string target, CancellationToken ct) => Task.FromResult(
        target.Length <= LongestName && ForeignText.IsPlain(target) ? null : $"Name the browser in at most {LongestName} characters.");

    // The name of the browser may change, the subscription may not: a message of the old one that fails would end the new one.
    public async Task<string?> ReadAsync(
        ChannelInput sent, string? before, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        var old = before is null ? null : PushTarget.Read(before);
        var name = await ((IChannelKind)this).TargetAsync(sent.Target, old?.Name, path, errors, ct);
        path = $"{path}.subscription";
        if (old is not null && sent.Subscription is not null) errors[path] = ["A channel keeps its subscription: add another one."];
        else if (old is not null) return name is null ? null : (old with { Name = name }).ToJson();
        else if (sent.Subscription is not { } browser) errors[path] = ["Send the subscription of the browser."];
        else if (await CheckAsync(browser, path, errors, ct) && name is not null)
            return new PushTarget(name, browser.Endpoint!, browser.Keys!.P256dh!, browser.Keys.Auth!).ToJson(); // CheckAsync saw them
        return null;
    }

    public ShownTarget Shown(string kept)
    {
        var browser = PushTarget.Read(kept);
        return new ShownTarget(browser.Name, browser.SubscriptionId);
    }

    /// <summary>The subscription itself, which must lead to a push service and have keys that can be used.</summary>
    /// <param name="path">Of the subscription in the body.</param>
    /// <returns>Whether nothing is wrong with it.</returns>
    private async Task<bool> CheckAsync(
        BrowserSubscription sent, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        var known = errors.Count;
        if (await EndpointProblemAsync(sent.Endpoint, ct) is { } problem) errors[$"{path}.endpoint"] = [problem];
        if (sent.Keys?.P256dh is not { } point || !BrowserKey.IsPoint(point))
            errors[$"{path}.keys.p256dh"] = ["Send the public key of the subscription: base64url of 65 bytes."];
        if (sent.Keys?.Auth is not { } auth || !BrowserKey.IsOf(auth, AuthBytes))
            errors[$"{path}.keys.auth"] = ["Send the secret of the subscription: base64url of 16 bytes."];
        return errors.Count == known;
    }

    public async Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct)
    {
        var target = PushTarget.Read(channel.Target);
        var subscription = new PushSubscription { Endpoint = target.Endpoint };
        subscription.SetKey(PushEncryptionKeyName.P256DH, target.P256dh);
        subscription.SetKey(PushEncryptionKeyName.Auth, target.Auth);
        var key = await keys.GetAsync(ct);
        using var vapid = new VapidAuthentication(key.PublicKey, key.PrivateKey) { Subject = subject };
        // Tries again are those of the outbox.
        var service = new PushServiceClient(client) { AutoRetryAfter = false };
        try
        {
            await service.RequestPushMessageDeliveryAsync(subscription, MessageOf(message), vapid, ct);
            return null;
        }
        catch (PushServiceClientException e)
        {
            return FaultOf((int)e.StatusCode);
        }
        catch (HttpRequestException e)
        {
            return new ChannelFault(e.Message);
        }
    }

    private static ChannelFault? FaultOf(int status) => status switch
    {
        // 202: taken, and delivered later. The client knows 201 alone.
        >= 200 and < 300 => null,
        404 or 410 => new ChannelFault(
            $"The browser is not subscribed any more ({status}), so the channel was switched off. Switch push on again in that browser.",
            IsFinal: true),
        401 or 403 => new ChannelFault($"The push service does not take our key ({status}). Switch push off and on again in that browser."),
        _ => new ChannelFault($"The push service answered {status}."),
    };

    private static PushMessage MessageOf(ChannelMessage message)
    {
        var title = message.Event == ChannelEvent.Test ? "Test" : ChannelEvent.TitleOf(message.Event);
        var body = new PushBody(title, ForeignLength.Cut(message.Text, LongestText), PushLink.Of(message), message.Id.ToString());
        return new PushMessage(JsonSerializer.Serialize(body, ChannelJson.Default.PushBody))
        {
            TimeToLive = (int)KeptFor.TotalSeconds,
            // A phone that sleeps is woken by these alone.
            Urgency = message.Severity == "info" && message.Event != ChannelEvent.Test
                ? PushMessageUrgency.Normal : PushMessageUrgency.High,
        };
    }

    private async Task<string?> EndpointProblemAsync(string? endpoint, CancellationToken ct)
    {
        if (endpoint is not { Length: > 0 and <= LongestEndpoint } || !Uri.TryCreate(endpoint, UriKind.Absolute, out var url)
            || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "Send the endpoint of the browser's subscription: an https address.";
        if (options.Allows(url.IdnHost, url.Port)) return null;
        if (await outside.IsPrivateAsync(url, ct)) return $"{url.Host} leads into a private network, which is not reached.";
        return url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort ? null : "Use an address that begins with https and names no port.";
    }

    public void Dispose()
    {
        client.Dispose();
        outside.Dispose();
    }

    /// <summary>Lets the client speak through <see cref="OutsideHttp"/>, which goes to no private address and reads little.</summary>
    private sealed class OutsideHandler(OutsideHttp outside) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await outside.SendAsync(request, cancellationToken);
            return answer.Status is { } status
                ? new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request, Content = new StringContent(answer.Text) }
                : throw new HttpRequestException(answer.Text);
        }
    }
}

/// <summary>What our service worker is told (<c>public/sw.js</c> of the dashboard).</summary>
/// <param name="Url">A path of the dashboard.</param>
/// <param name="Tag">The same at each attempt: what comes twice is shown once.</param>
internal sealed record PushBody(string Title, string Body, string Url, string Tag);
