using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>One real PostgreSQL and one real Redis for the whole test run, by the AppHost's engine: in a temporary folder, on free ports, ended with the test process.</summary>
public sealed class TestServers
{
    private static readonly Lazy<Task<TestServers>> Shared = new(StartAsync);
    private readonly NpgsqlConnectionStringBuilder postgres;

    private TestServers(string postgres, string redis)
    {
        this.postgres = new NpgsqlConnectionStringBuilder(postgres) { IncludeErrorDetail = true };
        RedisAddress = redis;
    }

    public static Task<TestServers> GetAsync() => Shared.Value;

    public string RedisAddress { get; }

    /// <summary>The owner's connection string for a database of the server.</summary>
    public string Connection(string database) => new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database }.ConnectionString;

    private static async Task<TestServers> StartAsync()
    {
        var builder = DistributedApplication.CreateBuilder();
        var postgres = builder.AddPostgres("postgres").AddDatabase("tradeflow");
        var redis = builder.AddRedis("redis");
        await builder.Build().StartAsync();
        return new TestServers(
            await ((IResourceWithConnectionString)postgres.Resource).GetConnectionStringAsync(default) ?? throw new InvalidOperationException("PostgreSQL has no address."),
            await ((IResourceWithConnectionString)redis.Resource).GetConnectionStringAsync(default) ?? throw new InvalidOperationException("Redis has no address."));
    }
}
