using Microsoft.Extensions.Configuration;
using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// The two ways into PostgreSQL. <see cref="App"/> is bound by row-level security to the tenant of its transaction; <see cref="System"/> crosses
/// tenants and is used by the ingest of signals, the Worker and log-in, nowhere else. Neither owns a table.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    public const string AppRole = "tradeflow_app";
    public const string SystemRole = "tradeflow_system";
    private const string ConnectionName = "tradeflow";

    private readonly string ownerConnection;
    private readonly KeyRing keys;

    public Database(IConfiguration configuration, KeyRing keys)
    {
        this.keys = keys;
        ownerConnection = configuration.GetConnectionString(ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{ConnectionName} is not set: give the address of PostgreSQL (the AppHost does so by itself).");
        App = Build(AppRole, configuration.GetValue("Database:AppPoolSize", 32));
        System = Build(SystemRole, configuration.GetValue("Database:SystemPoolSize", 32));
    }

    public NpgsqlDataSource App { get; }

    public NpgsqlDataSource System { get; }

    /// <summary>A pool of its own, as <see cref="System"/>, for work that must not use up the connections of others. The caller disposes of it.</summary>
    /// <param name="size">Connections at most.</param>
    /// <param name="longest">PostgreSQL gives a statement up after it.</param>
    public NpgsqlDataSource NewSystemPool(int size, TimeSpan longest) => Build(SystemRole, size, connection =>
    {
        connection.Options = $"-c statement_timeout={(int)longest.TotalMilliseconds}";
        connection.Timeout = 1;
    });

    /// <summary>A connection of the owner, for migrations only.</summary>
    internal async Task<NpgsqlConnection> OpenOwnerAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ownerConnection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    internal string PasswordOf(string role) => Convert.ToHexStringLower(keys.Derive("database-role:" + role));

    private NpgsqlDataSource Build(string role, int poolSize, Action<NpgsqlConnectionStringBuilder>? more = null)
    {
        var builder = new NpgsqlDataSourceBuilder(ownerConnection)
        {
            ConnectionStringBuilder =
            {
                Username = role,
                Password = PasswordOf(role),
                MaxPoolSize = poolSize,
                // Pool resets must stay on: they are what clears app.tenant between two requests.
                NoResetOnClose = false,
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
    }
}
