using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
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
        builder.Services.AddSingleton<OrderAnswers>();
        builder.Services.AddSingleton<TradingReads>();
        return builder;
    }

    /// <summary>Lanes, dispatch, reconciliation and sync.</summary>
    public static TBuilder AddTradingWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddTrading();
        builder.Services.AddHostedService(services => services.GetRequiredService<LaneHost>());
        return builder;
    }

    internal static IServiceCollection AddTrading(this IServiceCollection services)
    {
        services.TryAddSingleton<INotices, Notices>();
        services.AddSingleton<CrashPoints>();
        services.AddSingleton<OrderStore>();
        services.AddSingleton<OrderAnnouncer>();
        services.AddSingleton<SendOnce>();
        services.AddSingleton<FillWatch>();
        services.AddSingleton<AccountMoney>();
        services.AddSingleton<OpenPositions>();
        services.AddSingleton<OpenEntry>();
        services.AddSingleton<CloseExit>();
        services.AddSingleton<ReverseEntry>();
        services.AddSingleton<CancelExit>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<PositionStore>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<PositionSync>();
        services.AddSingleton<OrderSync>();
        services.AddSingleton<AccountSync>();
        services.AddSingleton<Evidence>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<LaneStore>();
        services.AddSingleton<LaneRunner>();
        services.AddSingleton<LaneHost>();
        return services;
    }
}
