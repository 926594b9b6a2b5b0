using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;
using TradeFlow.Platform.Connectors.Instruments;
using TradeFlow.Platform.Connectors.Jobs;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Connectors.Plugins.Processes;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.TenantData;

namespace TradeFlow.Platform.Connectors;

public static class ConnectorsModule
{
    /// <summary>The catalogue and the questions to the Worker. No code of a plugin runs here.</summary>
    public static TBuilder AddConnectorsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        AddSealedColumns(builder.Services);
        builder.Services.AddSingleton<PluginCatalogue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PluginCatalogue>());
        builder.Services.AddHealthChecks().AddCheck<BrokersCheck>("brokers");
        builder.Services.AddSingleton<JobClient>();
        builder.Services.AddSingleton<LogInSteps>();
        builder.Services.AddSingleton<LogInLimits>();
        builder.Services.AddSingleton<QuoteClient>();
        builder.Services.AddSingleton<OptionsClient>();
        builder.Services.AddSingleton<IInstrumentSource, InstrumentsByJob>();
        builder.Services.AddSingleton<InstrumentDirectory>();
        builder.Services.AddOptions<AgentOptions>().BindConfiguration("Agents").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AgentDesk>();
        builder.Services.AddSingleton<BeatPace>();
        builder.Services.AddSingleton<HeartbeatEndpoint>();
        return builder;
    }

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("connectors.connector_state", "sealed", "tenant_id",
            "'connector_state:' || tenant_id || ':' || account_id || ':' || key"));

    public static void MapConnectors(this IEndpointRouteBuilder app)
    {
        PluginEndpoints.Map(app);
        HeartbeatEndpoint.Map(app);
    }

    /// <summary>Plugins, sessions and the answers to jobs. Whoever owns the accounts registers <see cref="IServedAccounts"/>.</summary>
    public static TBuilder AddConnectorsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOptions<PluginOptions>().BindConfiguration("Plugins").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SessionDeadlines>().BindConfiguration("Connectors:Deadlines").ValidateDataAnnotations()
            .ValidateOnStart();
        AddSealedColumns(builder.Services);
        builder.Services.AddSingleton<TrustCheck>();
        builder.Services.AddSingleton<PluginShelf>();
        builder.Services.AddSingleton<ProcessStarter>();
        builder.Services.AddSingleton<PluginStore>();
        builder.Services.AddSingleton<PluginHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PluginHost>());
        AddRateLimits(builder);
        builder.Services.AddSingleton<SessionFactory>();
        builder.Services.AddSingleton<AccountSessions>();
        builder.Services.AddSingleton<InstrumentsBySession>();
        builder.Services.AddSingleton<IInstrumentSource>(services => services.GetRequiredService<InstrumentsBySession>());
        builder.Services.AddSingleton<InstrumentDirectory>();
        builder.Services.AddSingleton<LogInSteps>();
        builder.Services.AddSingleton<IJobHandler, ConnectJob>();
        builder.Services.AddSingleton<IJobHandler, OptionsJob>();
        builder.Services.AddSingleton<IJobHandler, InstrumentJob>();
        builder.Services.AddSingleton<IJobHandler, QuoteJob>();
        builder.Services.AddSingleton<IJobHandler, AccountJob>();
        builder.Services.AddSingleton<QuestionDesk>();
        builder.Services.TryAddSingleton<IServedAccounts, NoServedAccounts>();
        builder.Services.AddSingleton<AgentMailboxes>();
        builder.Services.TryAddSingleton<IAgentNews, NobodyToTell>();
        builder.Services.AddHostedService<AgentWatch>();
        AddTables(builder.Services);
        return builder;
    }

    private static void AddRateLimits(IHostApplicationBuilder builder)
    {
        // Where no Redis is named, none of the Workers has one.
        if (builder.Configuration.GetConnectionString("redis") is { Length: > 0 })
        {
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<PermitPool>(services, TimeProvider.System));
            builder.Services.AddSingleton<IPermitPool>(services => services.GetRequiredService<PermitPool>());
            builder.Services.AddHostedService(services => services.GetRequiredService<PermitPool>());
        }
        builder.Services.AddSingleton(services => new RateLimits(
            services.GetRequiredService<TimeProvider>(), () => services.GetService<IWorkers>()?.Count ?? 1,
            services.GetService<IPermitPool>()));
    }

    private static void AddTables(IServiceCollection services)
    {
        services.AddSweep("connectors.log_in_attempts", every: TimeSpan.FromMinutes(1), where: "at < $1 - interval '10 minutes'");
        // A position may be held for long; its command tells whose it is.
        services.AddSweep("connectors.agent_commands", every: TimeSpan.FromHours(1), where: "created_at < $1 - interval '400 days'");
        services.AddKeptTable("connectors.plugins", "the Workers remove what none of them has any more, with every write");
        services.AddKeptTable("connectors.instruments", "one row for each symbol that an account has used");
        services.AddKeptTable("connectors.connector_state", "a few rows for each account");
        services.AddKeptTable("connectors.agents", "one row for each account with a terminal");
        services.AddKeptTable("connectors.agent_reports", "the newest report of each terminal");
        services.AddKeptTable("connectors.agent_symbols", "the newest list of each terminal");
        services.AddExported("connectors.agents", "terminals");
        services.AddNotExported("connectors.agent_commands", "what a terminal was told; the orders have it");
        services.AddNotExported("connectors.agent_reports", "the newest report of a terminal; the positions have it");
        services.AddNotExported("connectors.agent_symbols", "a broker's list of symbols");
        services.AddNotExported("connectors.instruments", "a broker's facts about symbols");
        services.AddNotExported("connectors.connector_state", "what a connector keeps for itself, sealed");
        services.AddNotExported("connectors.log_in_attempts", "counted for ten minutes");
    }

    /// <summary>
    /// Writes <c>plugins.lock.json</c> into each plugin directory: what lies there now is what may run outside Development.
    /// </summary>
    /// <returns>The files that were written.</returns>
    public static IReadOnlyList<string> LockPlugins(IConfiguration configuration)
    {
        List<string> written = [];
        foreach (var directory in (configuration.GetSection("Plugins").Get<PluginOptions>() ?? new PluginOptions()).Directories
            .Where(Directory.Exists))
        {
            var path = Path.Combine(directory, PluginLock.FileName);
            File.WriteAllText(path, PluginLock.Write(directory));
            written.Add(path);
        }
        return written;
    }

    private sealed class NoServedAccounts : IServedAccounts
    {
        public Task<SessionAccount?> FindAsync(Kernel.AccountId account, CancellationToken ct) => Task.FromResult<SessionAccount?>(null);
    }

    private sealed class NobodyToTell : IAgentNews
    {
        public Task OfflineAsync(SilentAgent silent, CancellationToken ct) => Task.CompletedTask;

        public Task TakenOverAsync(
            Kernel.AccountId account, Kernel.TenantId tenant, DateTimeOffset at, string program, Npgsql.NpgsqlConnection connection,
            CancellationToken ct) =>
            Task.CompletedTask;
    }
}
