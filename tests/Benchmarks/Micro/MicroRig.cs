using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;
using TradeFlow.Benchmarks.Running;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Risk.Rules;

namespace TradeFlow.Benchmarks.Micro;

/// <summary>
/// One account with a key and with limits, as a running Api knows it: what is read of it is in memory after the first time.
/// </summary>
internal sealed class MicroRig : IAsyncDisposable
{
    private const string Database = "micro";
    private readonly Servers servers;
    private readonly ServiceProvider services;

    private MicroRig(Servers servers, ServiceProvider services, AccountContext account, string key) =>
        (this.servers, this.services, Account, Key) = (servers, services, account, key);

    public AccountContext Account { get; }
    public string Key { get; }
    public KeyIndex Keys => services.GetRequiredService<KeyIndex>();
    public RiskGate Risk => services.GetRequiredService<RiskGate>();

    public static async Task<MicroRig> StartAsync()
    {
        var servers = await Servers.StartAsync(profile: false);
        await Product.MigrateAsync(servers, Database, Product.Root());
        var services = Services(servers);
        var (tenant, account) = (new TenantId(Guid.CreateVersion7()), new AccountId(Guid.CreateVersion7()));
        var key = ApiKeys.Make("paper", account, KeyScope.Api);
        await using (var owner = NpgsqlDataSource.Create(servers.Connection(Database)))
        await using (var command = owner.CreateCommand($"""
            insert into tenancy.tenants (id, slug, name) values ('{tenant}', 'micro', 'Micro');
            select billing.start_trial('{tenant}');
            insert into risk.risk_config (tenant_id, max_daily_loss, max_trades_per_day, max_open_trades, denied_instruments) values ('{tenant}', 1000, 100, 10, '{"{XAUUSD}"}');
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, equity)
            values ('{account}', '{tenant}', gen_random_uuid(), 'paper', 'Micro', 'demo', 'micro', 'USD', 'active', 10000);
            insert into accounts.api_keys (id, tenant_id, account_id, key_hash, key_sealed, masked)
            values (gen_random_uuid(), '{tenant}', '{account}', decode('{Convert.ToHexString(services.GetRequiredService<ApiKeys>().Hash(key, KeyScope.Api))}', 'hex'), '', 'm');
            """)) await command.ExecuteNonQueryAsync();
        var known = await services.GetRequiredService<KeyIndex>().FindAsync(key, CancellationToken.None)
            ?? throw new InvalidOperationException("The key that was just written is not there.");
        return new MicroRig(servers, services, known, key);
    }

    private static ServiceProvider Services(Servers servers)
    {
        var settings = servers.AddressesOf(Database)
            .ToDictionary(one => one.Key.Replace("__", ":", StringComparison.Ordinal), one => (string?)one.Value);
        settings["Secrets:MasterKey"] = Product.MasterKey;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = "Production" });
        services.AddSingleton<Database>();
        services.AddKeys();
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(servers.RedisAddress));
        services.AddSingleton<RedisBus>();
        services.AddSingleton<Supervisor>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<SigningSecrets>();
        services.AddSingleton<KeyIndex>();
        services.AddSingleton<PlanCatalogue>();
        services.AddSingleton<Entitlements>();
        services.AddSingleton<CalendarStore>();
        services.AddSingleton<EconomicCalendar>();
        services.AddSingleton<RuleList>();
        services.AddSingleton<RiskGate>();
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await servers.DisposeAsync();
    }
}
