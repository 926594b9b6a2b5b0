using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Benchmarks.Running;

/// <summary>
/// A PostgreSQL that is durable (fsync, synchronous_commit and full pages as the product has them) and a Redis, in a folder of their own.
/// </summary>
internal sealed class Servers : IAsyncDisposable
{
    public static readonly DatabaseRole Owner = new(DatabaseRoles.Owner, "owner");
    private static readonly DatabaseRole App = new(DatabaseRoles.App, "app");
    private static readonly DatabaseRole System = new(DatabaseRoles.System, "system");
    private readonly EmbeddedPostgres server;

    private Servers(EmbeddedPostgres server, string redisAddress, Child postgres, Child redis, string folder) =>
        (this.server, RedisAddress, Postgres, Redis, Folder) = (server, redisAddress, postgres, redis, folder);

    public string RedisAddress { get; }
    public Child Postgres { get; }
    public Child Redis { get; }
    public string Folder { get; }
    public string WalFolder => Path.Combine(Folder, "postgres", "pg_wal");

    public static async Task<Servers> StartAsync(bool profile)
    {
        var folder = Directory.CreateTempSubdirectory("tradeflow-load-").FullName;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var tools = new DataFolder(configuration, AppContext.BaseDirectory).ToolFolders;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var server = new EmbeddedPostgres(Path.Combine(folder, "postgres"), LocalPorts.AnyFree(), password, kept: true, tools,
            configuration, Console.WriteLine);
        var redisPort = LocalPorts.AnyFree();
        var cache = new EmbeddedRedis(Path.Combine(folder, "redis"), redisPort, password, kept: false, tools, configuration,
            Console.WriteLine);
        if (!await server.PrepareAsync(CancellationToken.None) || !await cache.PrepareAsync(CancellationToken.None))
            throw new InvalidOperationException("PostgreSQL or Redis is missing on this machine.");
        string[] more = profile ? ["-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.track=all"] : [];
        var postgres = Start("PostgreSQL", server.Command(), more);
        var redis = Start("Redis", cache.Command(), []);
        await postgres.UntilAsync(async () => await server.MissingAsync(CancellationToken.None) is null, TimeSpan.FromSeconds(60));
        await redis.UntilAsync(async () => await cache.MissingAsync(CancellationToken.None) is null, TimeSpan.FromSeconds(20));
        return new Servers(server, $"127.0.0.1:{redisPort},password={password}", postgres, redis, folder);
    }

    public async Task MakeAsync(string database) =>
        await DatabaseRoles.EnsureAsync(server.Superuser, database, Owner, [App, System], CancellationToken.None);

    /// <summary>The superuser's way in, or that of a role.</summary>
    public string Connection(string database, DatabaseRole? role = null)
    {
        var connection =
            new NpgsqlConnectionStringBuilder(server.Superuser(database)) { Pooling = true, Timeout = 15, CommandTimeout = 300 };
        if (role is not null) (connection.Username, connection.Password) = (role.Name, role.Password);
        return connection.ConnectionString;
    }

    public Dictionary<string, string> AddressesOf(string database) => new(StringComparer.Ordinal)
    {
        ["ConnectionStrings__tradeflow_owner"] = Connection(database, Owner),
        ["ConnectionStrings__tradeflow_app"] = Connection(database, App),
        ["ConnectionStrings__tradeflow_system"] = Connection(database, System),
        ["ConnectionStrings__redis"] = RedisAddress,
    };

    private static Child Start(string name, ServerCommand command, string[] more) =>
        Child.Start(name, command.Program, [.. command.Arguments, .. more], command.Folder, command.Environment);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Postgres.DisposeAsync();
        await Redis.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
