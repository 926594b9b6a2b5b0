using Microsoft.Extensions.Configuration;
using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>
/// One real PostgreSQL and one real Redis for the whole test run: in a temporary folder, on free ports, ended with the test process.
/// </summary>
public sealed class TestServers
{
    public static readonly DatabaseRole Owner = new(DatabaseRoles.Owner, "owner");
    public static readonly DatabaseRole App = new(DatabaseRoles.App, "app");
    public static readonly DatabaseRole System = new(DatabaseRoles.System, "system");

    private static readonly Lazy<Task<TestServers>> Shared = new(StartAsync);
    private readonly TemporaryServers servers;

    private TestServers(TemporaryServers servers) => this.servers = servers;

    public static Task<TestServers> GetAsync() => Shared.Value;

    public string RedisAddress => servers.Redis;

    /// <summary>The superuser's connection string for a database of the server, or that of a role.</summary>
    public string Connection(string database, DatabaseRole? role = null)
    {
        var connection = new NpgsqlConnectionStringBuilder(
            servers.Postgres.Superuser(database)) { IncludeErrorDetail = true, Pooling = true, Timeout = 15 };
        if (role is not null) (connection.Username, connection.Password) = (role.Name, role.Password);
        return connection.ConnectionString;
    }

    /// <summary>An empty database with its roles, as the product has it.</summary>
    public Task MakeAsync(string database) =>
        DatabaseRoles.EnsureAsync(servers.Postgres.Superuser, database, Owner, [App, System], CancellationToken.None);

    private static async Task<TestServers> StartAsync() =>
        new(await TemporaryServers.StartAsync(new ConfigurationBuilder().AddEnvironmentVariables().Build(), CancellationToken.None));
}
