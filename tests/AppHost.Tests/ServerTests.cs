using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>The embedded servers by themselves, as the other test projects take them.</summary>
public sealed class ServerTests
{
    private static readonly IConfiguration Environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();

    [Fact]
    public async Task What_belonged_to_the_superuser_is_handed_over_to_the_owner()
    {
        var servers = await TemporaryServers.StartAsync(Environment, CancellationToken.None);
        await ExecuteAsync(servers.Postgres.Superuser(), "create role tradeflow_app login; create role tradeflow_system login");
        await ExecuteAsync(servers.Postgres.Superuser(), "create database before");
        await ExecuteAsync(servers.Postgres.Superuser("before"), """
            create schema trading;
            create table trading.orders (id bigint generated always as identity, at timestamptz) partition by range (at);
            create table trading.orders_2026 partition of trading.orders for values from ('2026-01-01') to ('2027-01-01');
            create sequence trading.numbers;
            create type trading.side as enum ('buy', 'sell');
            create function trading.f(a int) returns int language sql as $$ select a $$;
            create table public.schema_migrations (file text)
            """);
        var owner = new DatabaseRole(DatabaseRoles.Owner, "owner's word");

        for (var time = 0; time < 2; time++)
            await DatabaseRoles.EnsureAsync(servers.Postgres.Superuser, "before", owner,
                [new(DatabaseRoles.App, "a"), new(DatabaseRoles.System, "s")], CancellationToken.None);

        var asOwner = new NpgsqlConnectionStringBuilder(
            servers.Postgres.Superuser("before")) { Username = owner.Name, Password = owner.Password }.ConnectionString;
        await ExecuteAsync(asOwner, """
            alter table trading.orders add column more text; create index on trading.orders_2026 (at); alter sequence trading.numbers restart;
            alter type trading.side add value 'none'; drop function trading.f(int); insert into public.schema_migrations values ('x'); create schema billing
            """);
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(asOwner,
            "copy public.schema_migrations from program 'id'"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_pid_file_of_a_dead_process_does_not_stop_the_start()
    {
        var folder = Path.Combine(Folders.New(), "postgres");
        var server = new EmbeddedPostgres(folder, LocalPorts.AnyFree(), "word", kept: false, [], Environment, _ => { });
        await server.PrepareAsync(CancellationToken.None);
        // The number of a process that lives and is no PostgreSQL: PostgreSQL itself would refuse to start.
        var file = Path.Combine(folder, "postmaster.pid");
        await File.WriteAllTextAsync(file,
            string.Create(CultureInfo.InvariantCulture, $"{System.Environment.ProcessId}\n{folder}\n1\n5432\n\n127.0.0.1\n"));

        await server.ClearAsync(CancellationToken.None);

        File.Exists(file).ShouldBeFalse();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
