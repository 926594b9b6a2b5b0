using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Live.Sockets;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Live;

public static class LiveModule
{
    private const string SocketPath = "/ws/positions";

    /// <summary>What every process needs to tell something: events and notifications.</summary>
    public static TBuilder AddLive<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton<LiveEvents>();
        builder.Services.TryAddSingleton<Notifications>();
        builder.Services.TryAddSingleton<UnsentNotices>();
        return builder;
    }

    public static TBuilder AddLiveWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddLive();
        builder.Services.AddAgeLimit("live.notifications", "at", retention => retention.NotificationDays);
        builder.Services.AddExported("live.notifications", "notifications", "once");
        return builder;
    }

    /// <summary>The sockets and the list of notifications.</summary>
    public static TBuilder AddLiveApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.AddLive();
        builder.Services.AddOptions<LiveOptions>().BindConfiguration("Live").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LiveHub>();
        builder.Services.AddSingleton<LiveSocket>();
        builder.Services.TryAddSingleton<ILiveSnapshot, NoPositions>();
        return builder;
    }

    /// <summary>Before whatever takes the upgrade of a connection.</summary>
    public static void UseLive(this IApplicationBuilder app) => app.Use(static (http, next) =>
    {
        if (http.Request.Path == SocketPath) GatheredWrites.Prepare(http);
        return next(http);
    });

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        app.MapGet(SocketPath, OpenSocketAsync).WithTags("Live").WithName("OpenPositionsSocket")
            .WithSummary("Positions, orders, accounts and notifications as they change")
            .WithDescription("A WebSocket: ?token= takes an access token. First a snapshot, then events: update, opened, closed, order, " +
                "account, notification, emergency_stop (stop_id, positions_open, positions_closed, done). A slow reader gets a fresh " +
                "snapshot. Close code 4401: the token is not valid, or not any more; 4429: too many sockets.");

        var notifications = app.MapGroup("/api/notifications").WithTags("Live");
        notifications.MapGet("", NotificationEndpoints.List).WithName("ListNotifications").WithSummary("Notifications, newest first")
            .WithDescription("Of the tenant; unread=true leaves out what was read.").RequireAuthorization(TradeFlowPolicies.Read);
        notifications.MapPost("/read", NotificationEndpoints.MarkRead).WithName("MarkNotificationsRead")
            .WithSummary("Mark notifications as read")
            .WithDescription("Those of ids, or all when ids is missing.").RequireAuthorization(TradeFlowPolicies.Trade);
    }

    private static async Task OpenSocketAsync(HttpContext http, LiveSocket live, IHostApplicationLifetime lifetime)
    {
        // Browsers cannot set a header on a socket, so the token stands in the address: keep it out of spans and logs.
        var token = http.Request.Query["token"].ToString();
        http.Request.QueryString = QueryString.Empty;
        System.Diagnostics.Activity.Current?.SetTag("url.query", null);
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await Kernel.Problem.Of(StatusCodes.Status426UpgradeRequired, "request.websocket", "This address is a WebSocket.")
                .ExecuteAsync(http);
            return;
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await live.RunAsync(socket, http.Features.Get<GatheredWrites>(), token, http.Connection.RemoteIpAddress, end.Token);
    }
}
