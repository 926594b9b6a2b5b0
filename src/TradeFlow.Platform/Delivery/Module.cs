using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Channels.Discord;
using TradeFlow.Platform.Delivery.Channels.Email;
using TradeFlow.Platform.Delivery.Channels.Push;
using TradeFlow.Platform.Delivery.Channels.Telegram;
using TradeFlow.Platform.Delivery.Channels.Webhook;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Delivery.Sending;
using TradeFlow.Platform.Delivery.Settings;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.Mail;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Delivery;

public static class DeliveryModule
{
    /// <summary>The settings of people.</summary>
    public static TBuilder AddDeliveryApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        AddChannels(builder.Services);
        builder.Services.AddSingleton<ISignInNews, NewDeviceNotice>();
        builder.Services.AddSingleton<ChannelStore>();
        builder.Services.AddSingleton<ChannelReading>();
        return builder;
    }

    /// <summary>What finds out whom to tell, and tells them.</summary>
    public static TBuilder AddDeliveryWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        AddChannels(services);
        services.AddSingleton<IMessageSender, ChannelSender>();
        services.AddSingleton<FanOut>();
        services.AddSingleton<BookWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<FanOut>());
        services.AddHostedService(provider => provider.GetRequiredService<BookWatch>());
        services.AddKeptTable("delivery.channels", "made by hand, at most twenty for each member");
        services.AddKeptTable("delivery.push_keys", "one row");
        services.AddKeptTable("delivery.watches", "at most one row for each tenant and event");
        services.AddExported("delivery.channels", "notification_channels");
        services.AddNotExported("delivery.watches", "how far our own look for events has come");
        return builder;
    }

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("delivery.channels", "target", "tenant_id", "'channel:' || id || ':target'"),
        new SealedColumn("delivery.channels", "secret", "tenant_id", "'channel:' || id || ':secret'"),
        new SealedColumn("delivery.push_keys", "sealed", "null::uuid", "'push-key'"));

    public static void MapDelivery(this IEndpointRouteBuilder app)
    {
        var settings = app.MapGroup("/api/user/notification_settings").WithTags("Notifications")
            .RequireAuthorization(TradeFlowPolicies.Person);
        settings.MapGet("", NotificationSettings.Get).WithName("GetNotificationSettings").WithSummary("Where you are told of what")
            .WithDescription("Your channels in this tenant: kind email, telegram, discord, webhook or push, its target, the events it is told of, and its quiet hours.");
        settings.MapPut("", NotificationSettings.Put).WithName("ReplaceNotificationSettings")
            .WithSummary("Change where you are told of what")
            .WithDescription("All channels: one without id is added, one that is left out is removed. Events: " +
                $"{string.Join(", ", ChannelEvent.All.Select(one => one.Name))}. What comes within quiet hours (quiet_from to quiet_to in time_zone) " +
                "is delivered when they end. A webhook is signed as standard-webhooks has it, with the secret that stands in the answer that made it, " +
                "and in no other. A new channel of kind push has the browser's subscription {endpoint, keys: {p256dh, auth}} and, as its target, a name " +
                "for the browser; the subscription is in no answer, and subscription_id is the SHA-256 of its endpoint. A browser that has " +
                "unsubscribed switches its channel off. 422 by path, such as channels[0].target.");
        settings.MapGet("/push", PushSettings.Get).WithName("GetPushSettings").WithSummary("What a browser subscribes with")
            .WithDescription(
                "public_key is the applicationServerKey of PushManager.subscribe: base64url of a P-256 point, the same for all.");
        settings.MapPost("/test", TestChannel.Handle).WithName("TestNotificationChannel").WithSummary("Send a test through a channel")
            .WithDescription(
                "At once, whatever the quiet hours, and once. delivered says what came of it, error why it did not arrive; 202 when that " +
                    "takes longer than 10 s.");
        settings.MapGet("/deliveries", Deliveries.List).WithName("ListNotificationDeliveries")
            .WithSummary("What was sent through your channels")
            .WithDescription(
                "Newest first, or of channel_id, with the last error. What failed is tried again after 5 s, 30 s, 2 min, 10 min, then " +
                    "hourly, for 24 h.");
    }

    private static void AddChannels(IServiceCollection services)
    {
        AddSealedColumns(services);
        services.AddOptions<DeliveryOptions>().BindConfiguration("Notifications");
        services.AddOptions<TelegramOptions>().BindConfiguration("Telegram").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<Mailer>();
        services.AddSingleton<IChannelKind, EmailChannel>();
        services.AddSingleton<IChannelKind, TelegramChannel>();
        services.AddSingleton<IChannelKind, DiscordChannel>();
        services.AddSingleton<IChannelKind, WebhookChannel>();
        services.AddOptions<PushOptions>().BindConfiguration("Push").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PushKeys>();
        services.AddSingleton<IChannelKind, PushChannel>();
    }
}
