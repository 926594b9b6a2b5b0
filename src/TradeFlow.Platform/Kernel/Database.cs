using Microsoft.Extensions.Configuration;
using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// The two ways into PostgreSQL. <see cref="App"/> is bound by row-level security to the tenant of its transaction; <see cref="System"/>
/// crosses tenants and is used by the ingest of signals, the Worker and log-in, nowhere else. Neither owns a table.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string AppRole = "tradeflow_app";
    public const string SystemRole = "tradeflow_system";

    // The few statements of this role are written for one plan each: PostgreSQL would plan some of them anew at every call.
    private const string OnePlan = "-c plan_cache_mode=force_generic_plan";
    private readonly string system;

    public Database(IConfiguration configuration)
    {
        system = ConnectionOf(SystemRole, configuration);
        // The wall between tenants hangs on what a session says: it is cleared between two requests, although each transaction clears its
        // own.
        App = Build(ConnectionOf(AppRole, configuration), configuration.GetValue("Database:AppPoolSize", 32),
            static connection => connection.NoResetOnClose = false);
        System = Build(system, configuration.GetValue("Database:SystemPoolSize", 32), static connection => connection.Options = OnePlan);
        Keys = Build(system, 4, static connection => connection.Options = OnePlan);
        Members = Build(system, 4, static connection => (connection.Options, connection.SearchPath) = (OnePlan, "orleans"));
        Gateways = Build(ConnectionOf(AppRole, configuration), 2, static connection => connection.SearchPath = "orleans");
    }

    public NpgsqlDataSource App { get; }

    public NpgsqlDataSource System { get; }

    /// <summary>As <see cref="System"/>, for data keys: who needs one holds a connection of another pool already.</summary>
    internal NpgsqlDataSource Keys { get; }

    /// <summary>As <see cref="System"/>, for the list of the Workers: the provider of Orleans finds its table by the search path.</summary>
    internal NpgsqlDataSource Members { get; }

    /// <summary>As <see cref="App"/>, for the Api's look for the Workers.</summary>
    internal NpgsqlDataSource Gateways { get; }

    // What looks up by keys alone, and is planned once: while a table is small it would be scanned, and it would go on being scanned when
    // it has grown.
    private const string ByKey = $"{OnePlan} -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off";

    /// <summary>
    /// A pool of its own, as <see cref="System"/>, for work that must not use up the connections of others. The caller disposes of it.
    /// </summary>
    /// <param name="size">Connections at most.</param>
    /// <param name="longest">PostgreSQL gives a statement up after it.</param>
    /// <param name="looksUpByKey">No statement of it has a reason to read a whole table.</param>
    public NpgsqlDataSource NewSystemPool(int size, TimeSpan longest, bool looksUpByKey = false) => Build(system, size, connection =>
    {
        connection.Options = $"{(looksUpByKey ? ByKey : OnePlan)} -c statement_timeout={(int)longest.TotalMilliseconds}";
        connection.Timeout = 1;
    });

    /// <summary>The connection string has the name of its role: whoever runs a process chooses by it what the process may do.</summary>
    /// <exception cref="InvalidOperationException">It is not set, or names another role.</exception>
    internal static string ConnectionOf(string role, IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString(role)
            ?? throw new InvalidOperationException(
                $"ConnectionStrings:{role} is not set: give the address of PostgreSQL with this role (the AppHost does so by itself).");
        return new NpgsqlConnectionStringBuilder(connection).Username == role
            ? connection : throw new InvalidOperationException($"ConnectionStrings:{role} must log in as {role}.");
    }

    /// <summary>
    /// A connection of the system role outside of the pool, for asking whether PostgreSQL answers at all: idle ones of the pool may hang
    /// with the one that failed.
    /// </summary>
    internal async Task<NpgsqlConnection> OpenAloneAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(system) { Pooling = false, Timeout = 1, ApplicationName = "TradeFlow" }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static NpgsqlDataSource Build(string connection, int poolSize, Action<NpgsqlConnectionStringBuilder>? more = null)
    {
        var builder = new NpgsqlDataSourceBuilder(connection)
        {
            ConnectionStringBuilder =
            {
                MaxPoolSize = poolSize,
                // Seven statements at each return to the pool would clear a session in which nothing is ever set (SourceRuleTests).
                NoResetOnClose = true,
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 2,
                CommandTimeout = 5,
                Timeout = 3,
                ApplicationName = "TradeFlow",
            },
        };
        more?.Invoke(builder.ConnectionStringBuilder);
        return builder.Build();
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await System.DisposeAsync();
        await Keys.DisposeAsync();
        await Members.DisposeAsync();
        await Gateways.DisposeAsync();
    }
}
