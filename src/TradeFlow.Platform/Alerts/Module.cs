using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.FanOut;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Alerts.Replays;
using TradeFlow.Platform.Alerts.Template;
using TradeFlow.Platform.Alerts.Validate;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Alerts;

public static class AlertsModule
{
    public static TBuilder AddAlertsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<IngestOptions>().BindConfiguration("Alerts").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<DialectList>();
        services.AddSingleton(new TradingViewSenders(builder.Configuration));
        services.AddSingleton<SignalRates>();
        services.AddSingleton<LimitedRows>();
        services.AddSingleton<SymbolCheck>();
        services.AddSingleton<SignalRecord>();
        services.AddSingleton<Confirmed>();
        services.AddSingleton<SignalWriter>();
        services.AddSingleton<WebhookLog>();
        services.AddSingleton<FirstAnswers>();
        services.AddSingleton<SignalPath>();
        services.AddSingleton<ReceiveWebhook>();
        services.AddSingleton<StrategyFanOut>();
        services.AddSingleton<StrategyAnswers>();
        services.AddSingleton<ReceiveStrategySignal>();
        services.AddSingleton<MarketPrices>();
        services.AddScoped<LogReads>();
        services.AddScoped<Replay>();
        services.AddScoped<ValidateSignal>();
        // Stopped in the opposite order: signals that wait are recorded first, then what is to be logged of them is written.
        services.AddHostedService(provider => provider.GetRequiredService<WebhookLog>());
        services.AddHostedService(provider => provider.GetRequiredService<SignalWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<LimitedRows>());
        services.AddHostedService(provider => provider.GetRequiredService<StrategyAnswers>());
        return builder;
    }

    public static TBuilder AddAlertsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSweep("alerts.dedupe", every: TimeSpan.FromMinutes(10), where: "expires_at < $1");
        builder.Services.AddAgeLimit("alerts.webhooks_log", "received_at", retention => retention.LogDays);
        builder.Services.AddExported("alerts.webhooks_log", "signals");
        builder.Services.AddNotExported("alerts.dedupe", "for minutes, what came before; the signals have it");
        builder.Services.AddRecurringJob<PayloadRemoval>();
        return builder;
    }

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        var webhook = app.MapGroup("/webhook").WithTags("Webhook");
        webhook.MapPost("/{broker}", (string broker, HttpContext http, ReceiveWebhook receive) => receive.HandleAsync(http, broker, null))
            .WithName("SendSignal").WithSummary("Send a signal")
            .WithDescription("The key of the account stands in the body as key, or in Authorization: Bearer. The body is a unify.v1 message of at most 64 KiB, whatever its Content-Type.")
            .DescribeAnswers();
        webhook.MapPost("/{broker}/{key}",
            (string broker, string key, HttpContext http, ReceiveWebhook receive) => receive.HandleAsync(http, broker, key))
            .WithName("SendSignalWithKeyInPath").WithSummary("Send a signal, with the key in the path")
            .WithDescription("For senders that can set an address and a message and nothing else, such as TradingView.")
            .DescribeAnswers();
        webhook.MapPost("/strategy/{key}", (string key, HttpContext http, ReceiveStrategySignal receive) => receive.HandleAsync(http, key))
            .WithName("SendStrategySignal").WithSummary("Send a signal of a strategy to all accounts that follow it")
            .WithDescription("Every dialect is read; broker and keys in the message are left aside. 202 as soon as the signal is recorded for all accounts; fan_out is how many got " +
                "an order. A repeat is 200 with duplicate_of.")
            .DescribeAnswers();
        // An address that was put together with a slash too many: /webhook//paper/KEY.
        webhook.MapPost("/{**rest}", (string? rest, HttpContext http, ReceiveWebhook receive, ReceiveStrategySignal strategies) =>
            (rest ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) switch
            {
                ["strategy", var key] => strategies.HandleAsync(http, key),
                [var broker] => receive.HandleAsync(http, broker, null),
                [var broker, var key] => receive.HandleAsync(http, broker, key),
                _ => Problem.NotFound().ExecuteAsync(http),
            }).ExcludeFromDescription();
        MapLog(app.MapGroup("/api/webhooks").WithTags("Webhook"));
    }

    private static void MapLog(RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("/log", LogEndpoints.List).WithName("ListWebhookLog").WithSummary("Signals that came in, newest first")
            .WithDescription(
                "Every request that named a valid key, whatever came of it. status is an HTTP status, or a class such as 4xx. 499 (code client.gone): the sender hung up before it was answered; order_id tells whether its signal was recorded. Requests over the rate have one row a second, with more for the others of that second.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        webhooks.MapGet("/log/{id:guid}", LogEndpoints.Get).WithName("GetWebhookLogEntry").WithSummary("One signal")
            .WithDescription("With its order, the verdict of each check and the latency by stage.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        webhooks.MapPost("/log/{id:guid}/replay", Replay.Handle).WithName("ReplaySignal").WithSummary("Send a failed signal again")
            .WithDescription(
                "As a new one that names the old in replay_of. Answers as the webhook does; 409 webhook.not_replayable when it has not failed.")
            .DescribeAnswers().RequireAuthorization(TradeFlowPolicies.Trade);
        webhooks.MapPost("/validate", ValidateSignal.Handle).WithName("ValidateSignal").WithSummary("What would this message do?")
            .WithDescription(
                "The message as pasted into TradingView: its intent, symbol, size and prices of now, and each check. Sends nothing.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        webhooks.MapGet("/tools", WebhookTemplate.Tools).WithName("ListToolMessages")
            .WithSummary("Messages of other tools that are read as they are")
            .WithDescription("For who comes from another tool: an example of its message, and what to know about it.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        webhooks.MapGet("/template", WebhookTemplate.Get).WithName("GetWebhookTemplate").WithSummary("What to paste into TradingView")
            .WithDescription("The address with the account's key in it, and the message. Values may be placeholders such as {{ticker}}.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
    }

    private static RouteHandlerBuilder DescribeAnswers(this RouteHandlerBuilder route)
    {
        foreach (var status in (ReadOnlySpan<int>)[200, 202, 401, 402, 403, 409, 413, 422, 429, 503]) route.Produces<AnswerShape>(status);
        return route;
    }
}
