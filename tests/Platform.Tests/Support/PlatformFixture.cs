using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Keys;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>
/// A migrated database of its own for one test class (<c>IClassFixture&lt;PlatformFixture&gt;</c>), copied from a template that is migrated
/// once.
/// </summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private const string Template = "tradeflow_template";
    private static readonly SemaphoreSlim TemplateGate = new(1);
    private static bool templateReady;
    private ServiceProvider keys = null!; // set in InitializeAsync, before any test

    public TestServers Servers { get; private set; } = null!; // set in InitializeAsync, before any test
    public string DatabaseName { get; } = $"t_{Guid.NewGuid():N}";

    /// <summary>The superuser's, past every wall.</summary>
    public string OwnerConnection => Servers.Connection(DatabaseName);

    /// <summary>
    /// Gives a host of a test the pools of this class: pools of its own would begin two dozen sessions in PostgreSQL with each start. One
    /// that has a way of its own to PostgreSQL keeps it.
    /// </summary>
    public void Lend(IServiceCollection services, IEnumerable<string> settings)
    {
        if (settings.Any(OwnWay)) return;
        services.RemoveAll<Database>();
        services.AddSingleton(Database);
    }

    private static bool OwnWay(string setting) =>
        setting.StartsWith("ConnectionStrings:tradeflow_", StringComparison.Ordinal)
        || setting.StartsWith("Database:", StringComparison.Ordinal);

    /// <summary>What the AppHost would hand over; add to it with <see cref="ConfigurationWith"/>.</summary>
    public IConfiguration Configuration => ConfigurationWith([]);

    public Database Database { get; private set; } = null!; // set in InitializeAsync, before any test

    /// <summary>Settings as key and value, for a host that a test starts.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["ConnectionStrings:tradeflow_app"] = Servers.Connection(DatabaseName, TestServers.App),
        ["ConnectionStrings:tradeflow_system"] = Servers.Connection(DatabaseName, TestServers.System),
        ["ConnectionStrings:redis"] = Servers.RedisAddress,
        ["Secrets:MasterKey"] = MasterKey,
        // Many classes share one server.
        ["Database:AppPoolSize"] = "16",
        ["Database:SystemPoolSize"] = "24",
    };

    public SecretBox Secrets => keys.GetRequiredService<SecretBox>();

    /// <summary>The keys of a process of its own, with these settings.</summary>
    public static ServiceProvider KeysOf(IConfiguration configuration, TimeProvider? clock = null, Database? database = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton(clock ?? TimeProvider.System);
        if (database is null) services.AddSingleton<Database>();
        else services.AddSingleton(database);
        services.AddKeys();
        foreach (var module in typeof(KernelModule).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Module", StringComparison.Ordinal)))
            module.GetMethod("AddSealedColumns", BindingFlags.NonPublic | BindingFlags.Static)?.Invoke(null, [services]);
        return services.BuildServiceProvider();
    }

    public const string MasterKey = "dGVzdC1tYXN0ZXIta2V5LXRlc3QtbWFzdGVyLWtleS0=";

    public IConfiguration ConfigurationWith(Dictionary<string, string?> more)
    {
        var settings = Settings;
        foreach (var (key, value) in more) settings[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    public async ValueTask InitializeAsync()
    {
        Servers = await TestServers.GetAsync();
        await TemplateGate.WaitAsync();
        try
        {
            if (!templateReady) await MakeTemplateAsync();
            templateReady = true;
            await ExecuteAsync(Servers.Connection("postgres"),
                $"create database {DatabaseName} template {Template} owner {TestServers.Owner.Name}");
        }
        finally
        {
            TemplateGate.Release();
        }
        Database = new Database(Configuration);
        keys = KeysOf(Configuration, database: Database);
    }

    public async ValueTask DisposeAsync()
    {
        await keys.DisposeAsync();
        await Database.DisposeAsync();
        await using (var owner = new NpgsqlConnection(OwnerConnection)) NpgsqlConnection.ClearPool(owner);
        await ExecuteAsync(Servers.Connection("postgres"), $"drop database if exists {DatabaseName} with (force)");
    }

    private async Task MakeTemplateAsync()
    {
        await Servers.MakeAsync(Template);
        await MigratorOf(Template).RunAsync(CancellationToken.None);
    }

    /// <summary>Migrates this database, with the roles that do so in the product.</summary>
    public Migrator Migrator => MigratorOf(DatabaseName);

    private Migrator MigratorOf(string database) => new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["ConnectionStrings:tradeflow_owner"] = Servers.Connection(database, TestServers.Owner),
        ["ConnectionStrings:tradeflow_app"] = Servers.Connection(database, TestServers.App),
        ["ConnectionStrings:tradeflow_system"] = Servers.Connection(database, TestServers.System),
    }).Build(), NullLogger<Migrator>.Instance);

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync();
    }
}
