using Aspire.Hosting;
using Npgsql;

namespace TradeFlow.AppHost.Tests;

/// <summary>What the other test projects take from the engine.</summary>
public sealed class ServersForTestsTests
{
    [Fact]
    public async Task A_test_gets_a_PostgreSQL_and_a_Redis_of_its_own_and_nothing_stays()
    {
        var builder = DistributedApplication.CreateBuilder();
        var database = builder.AddPostgres("postgres").AddDatabase("tradeflow");
        var redis = builder.AddRedis("redis");
        string folder;

        await using (var app = builder.Build())
        {
            await app.StartAsync();

            await using var connection = new NpgsqlConnection(await database.Resource.GetConnectionStringAsync());
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select current_database() || ' ' || current_setting('is_superuser')", connection);
            (await command.ExecuteScalarAsync()).ShouldBe("tradeflow on");
            (await RedisPing.AsyncTo((await redis.Resource.GetConnectionStringAsync())!)).ShouldBe("+PONG");

            await using var where = new NpgsqlCommand("show data_directory", connection);
            folder = (string)(await where.ExecuteScalarAsync())!;
            Directory.Exists(folder).ShouldBeTrue();
        }

        Directory.Exists(folder).ShouldBeFalse();
        (await RedisPing.AsyncTo((await redis.Resource.GetConnectionStringAsync())!)).ShouldBeNull();
    }
}
