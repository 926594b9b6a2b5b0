using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

internal static class Running
{
    /// <summary>What stands around Aspire: restarts, the ordered end, log files, the lines on the console.</summary>
    public static void AddRunning(this IDistributedApplicationBuilder builder, DataFolder data)
    {
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton<Voice>();
        builder.Services.AddSingleton<LogFiles>();
        builder.Services.AddSingleton<Supervisor>();
        builder.Services.AddSingleton<Summary>();
        builder.Services.AddSingleton<ControlPlaneWatch>();
        AddFirst<ControlPlaneWatch>(builder.Services);
        AddFirst<Summary>(builder.Services);
        AddFirst<Supervisor>(builder.Services);
        AddFirst<LogFiles>(builder.Services);
    }

    // Aspire's own services start the system and are through when it stands: what watches the start must be there before.
    private static void AddFirst<T>(IServiceCollection services) where T : class, IHostedService =>
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => provider.GetRequiredService<T>()));
}
