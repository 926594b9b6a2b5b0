using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Emergency;
using TradeFlow.Platform.Trading.Endpoints;
using TradeFlow.Platform.Trading.Failures;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Reconcile;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading;

public static class TradingModule
{
    /// <summary>Orders and positions as the Api reads them, and the wait for an answer.</summary>
    public static TBuilder AddTradingApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<LaneCalls>();
        builder.Services.AddSingleton<OrderAnswers>();
        builder.Services.AddSingleton<TradingReads>();
        builder.Services.AddSingleton<OrderDesk>();
        builder.Services.AddSingleton<ILiveSnapshot, LiveSnapshot>();
        builder.Services.AddScoped<ExecuteStop>();
        builder.Services.AddSingleton<StopReads>();
        return builder;
    }

    /// <summary>Lanes, dispatch, reconciliation and sync.</summary>
    public static TBuilder AddTradingWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton<LiveEvents>();
        builder.Services.TryAddSingleton<Notifications>();
        builder.Services.AddSingleton<IBrokerSessions, PluginSessions>();
        builder.Services.AddSingleton<IInstruments, DirectoryInstruments>();
        builder.Services.AddTrading();
        builder.Services.AddHostedService(services => services.GetRequiredService<PositionPrices>());
        builder.AddLanes();
        builder.Services.AddHostedService<OrderCounts>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FailureNotices>());
        AddTables(builder.Services);
        builder.Services.AddHealthChecks().AddCheck<LaneCheck>("lanes");
        return builder;
    }

    /// <summary>Has the lanes run, here or on the other Workers.</summary>
    internal static void AddLanes(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ILanePlaces, LaneGrains>();
        // Before the silo, so that it ends after it: what is under way when the lanes end is confirmed until then.
        builder.Services.AddHostedService(services => services.GetRequiredService<LaneKeeper>());
        builder.AddSilo();
    }

    private static void AddTables(IServiceCollection services)
    {
        const string books = "the books: what was traded is kept for ever";
        services.AddAgeLimit("trading.order_events", "at", retention => retention.EventDays);
        services.AddKeptTable("trading.orders", books);
        services.AddKeptTable("trading.fills", books);
        services.AddKeptTable("trading.positions", books);
        services.AddKeptTable("trading.emergency_stops", "pressed by hand, and part of the books");
        services.AddKeptTable("trading.stopped_accounts", "one row for each account");
        services.AddKeptTable("trading.lanes", "one row for each account");
        services.AddExported("trading.orders", "orders");
        services.AddExported("trading.order_events", "order_events");
        services.AddExported("trading.fills", "fills");
        services.AddExported("trading.positions", "positions");
        services.AddExported("trading.emergency_stops", "emergency_stops");
        services.AddExported("trading.stopped_accounts", "stopped_accounts");
        services.AddNotExported("trading.lanes", "which Worker has an account");
    }

    public static void MapTrading(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api/orders").WithTags("Trading");
        orders.MapGet("", OrderEndpoints.List).WithName("ListOrders").WithSummary("Orders, newest first")
            .WithDescription("Of all accounts, or of account_id; status and symbol narrow the list.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        orders.MapGet("/{id:guid}", OrderEndpoints.Get).WithName("GetOrder").WithSummary("One order")
            .WithDescription("A signal that took several orders has them all in order_ids, and the sum of what they filled and realised.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        orders.MapPost("/close", ClosePositionEndpoint.Handle).WithName("ClosePosition").WithSummary("Close a position")
            .WithDescription("At market, all of it or qty. Waits up to 10 s for the broker; 202 when it has not answered by then: the order goes on. 409 position.closed, 422 by field or with the broker's words.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        orders.MapPost("/cancel", CancelOrderEndpoint.Handle).WithName("CancelOrder").WithSummary("Cancel a working order")
            .WithDescription("409 order.not_working when it has been filled or has ended.").RequireAuthorization(TradeFlowPolicies.Trade);
        orders.MapPost("/{id:guid}/resolve", ResolveOrderEndpoint.Handle).WithName("ResolveOrder")
            .WithSummary("Say whether an order exists at the broker")
            .WithDescription("For an order with needs_review: its outcome could not be settled by evidence, so a person looks at the broker. Written to the audit log.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        var stop = app.MapGroup("/api/user/emergency_stop").WithTags("Trading");
        stop.MapPost("", EmergencyStopEndpoint.Handle).WithName("EmergencyStop").WithSummary("Stop everything now")
            .WithDescription("Of all accounts, or of account_id: switched off, working orders canceled, every position closed, those " +
                "opened at the broker too, side by side. The answer waits until the brokers show them flat: on, as long as something " +
                "closes within 8 s of the last, at most 25 s. The sockets hear of each step: {\"type\":\"emergency_stop\"," +
                "\"stop_id\",\"positions_open\",\"positions_closed\",\"done\"}. " +
                "success is false when something is still open: errors names it, and closing goes on every 5 s for 10 minutes, whatever becomes of this request.")
            .RequireAuthorization(TradeFlowPolicies.Trade);
        stop.MapGet("", ResumeEndpoint.Get).WithName("GetEmergencyStop").WithSummary("Where an emergency stop stands")
            .WithDescription("The accounts that a stop keeps off, and what of them is not closed yet.")
            .RequireAuthorization(TradeFlowPolicies.Read);
        stop.MapPost("/resume", ResumeEndpoint.Handle).WithName("ResumeAfterEmergencyStop")
            .WithSummary("Switch on what a stop switched off")
            .WithDescription("All such accounts, or account_id. One that was off before the stop stays off. A stop that still closes ends.")
            .RequireAuthorization(TradeFlowPolicies.Trade).RequireFreshProof();
        MapProtect(app);
        app.MapGet("/api/positions", OrderEndpoints.Positions).WithTags("Trading").WithName("ListPositions").WithSummary("Open positions")
            .WithDescription("Over all brokers and accounts, or of broker and account_id; also what was opened at the broker by hand.")
            .RequireAuthorization(TradeFlowPolicies.Read);
    }

    private static void MapProtect(IEndpointRouteBuilder app) =>
        app.MapPost("/api/positions/{id:guid}/protect", ProtectPositionEndpoint.Handle).WithTags("Trading").WithName("ProtectPosition")
            .WithSummary("Move the stop and target of a position")
            .WithDescription("A price moves one, null takes it away, and what is left out stays. Waits up to 10 s for the broker; 202 when it has not answered by then. " +
                "409 position.closed, 422 by field or with the broker's words; broker.cannot_modify where the broker does not change them.")
            .RequireAuthorization(TradeFlowPolicies.Trade);

    internal static IServiceCollection AddTrading(this IServiceCollection services)
    {
        services.TryAddSingleton<Traces>();
        services.AddSingleton<CrashPoints>();
        services.AddSingleton<OrderStore>();
        services.AddSingleton<LaneQueues>();
        services.AddSingleton<OrderClaims>();
        services.AddSingleton<OrderSettlements>();
        services.AddSingleton<OrderNews>();
        services.AddSingleton<OrderAnnouncer>();
        services.AddSingleton<SendOnce>();
        services.AddSingleton<FillWatch>();
        services.AddSingleton<AccountMoney>();
        services.AddSingleton<OpenPositions>();
        services.AddSingleton<OrderEnding>();
        services.AddSingleton<EntryRisk>();
        services.AddSingleton<OpenEntry>();
        services.AddSingleton<CloseExit>();
        services.AddSingleton<ReverseEntry>();
        services.AddSingleton<TargetEntry>();
        services.AddSingleton<CancelExit>();
        services.AddSingleton<ProtectExit>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<Aftermath>();
        services.AddSingleton<PositionStore>();
        services.AddSingleton<PositionPrices>();
        services.AddSingleton<FillStore>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<PositionSync>();
        services.AddSingleton<OrderSync>();
        services.AddSingleton<AccountSync>();
        services.AddSingleton<Evidence>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<StopStore>();
        services.AddSingleton<StopChase>();
        services.AddSingleton<LaneStore>();
        services.AddSingleton<LaneRunner>();
        services.AddSingleton<LaneWatch>();
        services.AddSingleton<LaneHost>();
        services.AddSingleton<LaneKeeper>();
        services.AddSingleton<FailureNotices>();
        return services;
    }
}
