using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Sending;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Outgoing.Posting;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>
/// The real Api, and what a Worker has for messages, over one database; a receiver for webhooks and Telegram, a folder for mails.
/// </summary>
public sealed class DeliveryRig : WebhookRig
{
    private Post? shared;

    internal Receiver Receiver { get; private set; } = null!; // set in PrepareAsync, before any test

    internal string Mails { get; } = Path.Combine(Path.GetTempPath(), $"tradeflow-mails-{Guid.NewGuid():N}");

    protected override Dictionary<string, string?> More => new(base.More)
    {
        ["Notifications:AllowedHosts:0"] = "127.0.0.1",
        ["Telegram:BotToken"] = "123:bot-token",
        ["Telegram:ApiBase"] = Receiver.Address,
        ["Mail:Folder"] = Mails,
    };

    protected override async Task PrepareAsync() => Receiver = await Receiver.StartAsync();

    protected override async Task CleanUpAsync()
    {
        if (shared is not null) await shared.DisposeAsync();
        await Receiver.DisposeAsync();
        if (Directory.Exists(Mails)) Directory.Delete(Mails, recursive: true);
    }

    /// <summary>One Worker for all tests of the class.</summary>
    internal async Task ShareWorkerAsync() => shared ??= await StartWorkerAsync();

    /// <summary>A Worker of its own for a test, with a clock that it may move.</summary>
    internal async Task<Post> StartWorkerAsync(Dictionary<string, string?>? more = null, TimeProvider? time = null)
    {
        Dictionary<string, string?> settings = new(More);
        foreach (var (key, value) in more ?? []) settings[key] = value;
        var post = new Post(WorkerJobs.Build(Platform, settings, time));
        await post.StartAsync();
        return post;
    }

    internal async Task TellAsync(Person person, string kind, string text = "Something happened.", string severity = "warning")
    {
        var notices = new Notifications(Platform.Database, new LiveEvents(Bus), TimeProvider.System);
        await notices.AddAsync(new TenantId(person.TenantId), severity, kind, text, """{"order_id":"7"}""", CancellationToken.None);
    }

    internal static Task<Answer> PutAsync(Person person, params object[] channels) =>
        person.SendAsync(HttpMethod.Put, "/api/user/notification_settings", new { channels }, person.AccessToken);

    /// <summary>A channel to a path of the receiver of its own.</summary>
    internal async Task<(Guid Id, string Path, string Secret)> WebhookAsync(Person person, params string[] events)
    {
        var path = $"/{Guid.NewGuid():N}";
        var answer = await PutAsync(person, new { kind = "webhook", target = Receiver.Address + path, events });
        answer.Status.ShouldBe(HttpStatusCode.OK);
        var channel = answer.Json.GetProperty("channels")[0];
        return (channel.GetProperty("id").GetGuid(), path, channel.GetProperty("secret").GetString()!);
    }

    internal async Task<IReadOnlyList<MimeMessage>> MailsToAsync(string address)
    {
        if (!Directory.Exists(Mails)) return [];
        List<MimeMessage> mails = [];
        foreach (var file in Directory.GetFiles(Mails, "*.eml").Order(StringComparer.Ordinal)) mails.Add(await MimeMessage.LoadAsync(file));
        return [.. mails.Where(mail => mail.To.Mailboxes.Single().Address.Equals(address, StringComparison.OrdinalIgnoreCase))];
    }

    internal static async Task<System.Text.Json.JsonElement> DeliveryAsync(Person person, Guid channel) =>
        (await person.GetAsync($"/api/user/notification_settings/deliveries?channel_id={channel}")).Json.GetProperty("items")
            .EnumerateArray().First();
}

/// <summary>The loops of a Worker that have to do with messages.</summary>
internal sealed class Post(ServiceProvider services) : IAsyncDisposable
{
    private readonly IReadOnlyList<SupervisedService> loops =
        [services.GetRequiredService<FanOut>(), services.GetRequiredService<BookWatch>(), services.GetRequiredService<PostOffice>()];

    public async Task StartAsync()
    {
        foreach (var loop in loops) await loop.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in loops) await loop.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }
}
