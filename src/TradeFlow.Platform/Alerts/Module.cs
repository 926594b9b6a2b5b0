using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Alerts.Receive;

namespace TradeFlow.Platform.Alerts;

public static class AlertsModule
{
    public static TBuilder AddAlertsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<IngestOptions>().BindConfiguration("Alerts").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DialectList>();
        services.AddSingleton<KeyRates>();
        services.AddSingleton<SymbolCheck>();
        services.AddSingleton<SignalRecord>();
        services.AddSingleton<SignalWriter>();
        services.AddSingleton<WebhookLog>();
        services.AddSingleton<FirstAnswers>();
        services.AddSingleton<SignalPath>();
        services.AddSingleton<ReceiveWebhook>();
        // Stopped in the opposite order: signals that wait are recorded first, then what is to be logged of them is written.
        services.AddHostedService(provider => provider.GetRequiredService<WebhookLog>());
        services.AddHostedService(provider => provider.GetRequiredService<SignalWriter>());
        return builder;
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        var webhook = app.MapGroup("/webhook").WithTags("Webhook");
        webhook.MapPost("/{broker}", (string broker, HttpContext http, ReceiveWebhook receive) => receive.HandleAsync(http, broker, null))
            .WithName("SendSignal").WithSummary("Send a signal")
            .WithDescription("The key of the account stands in the body as key, or in Authorization: Bearer. The body is a unify.v1 message of at most 64 KiB, whatever its Content-Type.");
        webhook.MapPost("/{broker}/{key}", (string broker, string key, HttpContext http, ReceiveWebhook receive) => receive.HandleAsync(http, broker, key))
            .WithName("SendSignalWithKeyInPath").WithSummary("Send a signal, with the key in the path")
            .WithDescription("For senders that can set an address and a message and nothing else, such as TradingView.");
    }
}
