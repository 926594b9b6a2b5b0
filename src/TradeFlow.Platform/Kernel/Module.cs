using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.TenantData;

namespace TradeFlow.Platform.Kernel;

public static class KernelModule
{
    /// <summary>What every process of the platform needs: keys, database, bus, clock.</summary>
    public static TBuilder AddKernel<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        // Each statement at Information would fill the log and say nothing.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft.Orleans", LogLevel.Warning);
        builder.Services.AddSingleton<Database>();
        builder.Services.AddKeys();
        // Without it things are slower, not wrong: its health is not asked.
        if (builder.Configuration.GetConnectionString("redis") is { Length: > 0 }) builder.AddRedisClient("redis",
            settings => (settings.DisableHealthChecks, settings.DisableTracing) = (true, true), RedisBus.Configure);
        builder.Services.AddSingleton<RedisBus>();
        builder.Services.AddSingleton<PublicAddress>();
        builder.Services.AddSingleton<FailureLimits>();
        builder.Services.AddSingleton<Traces>();
        builder.Services.AddSingleton<Supervisor>();
        builder.Services.AddSingleton<SoleProcess>();
        builder.Services.AddSingleton<ClockSkew>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ClockSkew>());
        builder.Services.AddHealthChecks().AddCheck<ClockCheck>("clock").AddCheck<LoopsCheck>("loops");
        builder.Services.AddScoped<TenantContext>();
        return builder;
    }

    /// <summary>What asks the Workers. It waits for none of them: the process starts without one.</summary>
    public static TBuilder AddWorkerCalls<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        // While there is no Worker it would say so twice a second.
        builder.Logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.None);
        builder.Services.AddSingleton<ClientLink>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ClientLink>());
        builder.Services.AddSingleton(services => new WorkerCalls(
            () => services.GetRequiredService<ClientLink>().Grains, services.GetRequiredService<ILogger<WorkerCalls>>()));
        return builder;
    }

    /// <summary>The model of the screens. The Worker has none: EF Core is half of a process's memory.</summary>
    public static TBuilder AddTenantModel<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        // The connection comes from TenantDb.
        builder.Services.AddDbContext<TradeFlowDb>(options => options.UseNpgsql());
        builder.EnrichNpgsqlDbContext<TradeFlowDb>(WithoutRetry);
        builder.Services.AddScoped<TenantDb>();
        return builder;
    }

    /// <summary>
    /// For every context: no strategy that runs a transaction again by itself, since that would be a doubled order, and no health check of
    /// its own.
    /// </summary>
    internal static void WithoutRetry(NpgsqlEntityFrameworkCorePostgreSQLSettings settings) =>
        (settings.DisableRetry, settings.DisableHealthChecks) = (true, true);

    /// <summary>What one Worker of all does again and again: the jobs of every module, and what keeps its tables from growing.</summary>
    public static TBuilder AddHousekeeping<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<RetentionOptions>().BindConfiguration("Retention").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<JobRecords>();
        services.AddSingleton<Months>();
        services.AddSingleton<PageByPage>();
        services.AddRecurringJob<MonthlyPartitions>();
        services.AddHostedService<RecurringJobs>();
        services.AddKeptTable("kernel.data_keys", "one row for each tenant");
        services.AddNotExported("kernel.data_keys", "keys of the platform");
        services.AddKeptTable("kernel.recurring_jobs", "one row for each job");
        services.AddKeptTable("orleans.clusters", "one row for the system");
        services.AddKeptTable("orleans.members", "one row for each start of a Worker: the Workers remove what has been dead for a day");
        services.AddKeptTable("orleans.orleansquery", "one row for each statement of the provider");
        services.AddKeptTable("public.schema_migrations", "one row for each file of the schema");
        return builder;
    }
}
