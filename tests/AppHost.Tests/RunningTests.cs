using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

public sealed class RunningTests(RunningSystem system) : IClassFixture<RunningSystem>
{
    [Theory]
    [InlineData("redis")]
    [InlineData("postgres")]
    [InlineData("worker")]
    [InlineData("worker-2")]
    [InlineData("api")]
    public async Task Whatever_is_killed_is_back_within_5_seconds(string part)
    {
        await Eventually.True(() => system.ProcessOf(part) is not null, AppHostProcess.Patience, $"{part} runs");
        await system.HealthyAsync(part);
        var killed = system.ProcessOf(part)!.Value; // the line above
        var clock = Stopwatch.StartNew();

        Signals.Send(killed, Signals.Kill);

        await Eventually.True(() => system.ProcessOf(part) is { } process && process != killed && Signals.IsAlive(process),
            TimeSpan.FromSeconds(5), $"{part} is started again");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        await system.HealthyAsync(part);
        using var http = system.App.CreateHttpClient("api");
        await Eventually.True(async () => await AnswersAsync(http), AppHostProcess.Patience, "the Api is healthy");
    }

    [Fact]
    [Trait("Control", "D4")]
    public async Task A_program_sees_what_is_named_for_it_and_no_secret_of_another()
    {
        var seen = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var part in new[] { "api", "worker", "worker-2", "simulators", "postgres" })
            seen[part] = await system.VariablesAsync(part);

        WhoSees(RunningSystem.AdminPassword).ShouldBe(["api"]);
        WhoSees(RunningSystem.StripeKey).ShouldBe(["api"]);
        WhoSees(seen["api"]["Secrets__MasterKey"]).ShouldBe(["api", "worker", "worker-2"]);
        WhoSees("tradeflow_owner").ShouldBeEmpty("the owner's connection string is for the migrations alone");
        seen["api"].Keys.ShouldNotContain(name => name.StartsWith("Parameters", StringComparison.Ordinal));
        foreach (var program in new[] { "api", "worker" })
        {
            var more = seen[program].Keys.Where(name => !CommonVariables.Has(name) && !name.StartsWith("OTEL_", StringComparison.Ordinal)
                && !name.StartsWith("LOGGING__", StringComparison.OrdinalIgnoreCase)
                && !name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
                && !name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).Select(name => name.Split("__")[0]).Distinct();
            more.ShouldBeSubsetOf([.. program == "api" ? ChildSettings.Api : ChildSettings.Worker, "Secrets", "Dashboard"]);
        }

        string[] WhoSees(string text) => [.. seen.Where(
            part => part.Value.Any(variable => variable.Value.Contains(text, StringComparison.Ordinal))).Select(part => part.Key)];
    }

    [Fact]
    [Trait("Control", "P2")]
    public async Task No_role_of_the_programs_or_of_the_schema_is_a_superuser()
    {
        await using var connection = new NpgsqlConnection(await system.ConnectionAsync("worker", "ConnectionStrings__tradeflow_system"));
        await connection.OpenAsync();

        (await ValueAsync("select string_agg(rolname, ',' order by rolname) from pg_roles where rolname like 'tradeflow%' and not (rolsuper or rolcreaterole or rolcreatedb or rolreplication)"))
            .ShouldBe("tradeflow_app,tradeflow_owner,tradeflow_system");
        (await ValueAsync(
            "select string_agg(distinct tableowner, ',') from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
            .ShouldBe("tradeflow_owner");
        (await ValueAsync("select pg_get_userbyid(datdba) from pg_database where datname = current_database()"))
            .ShouldBe("tradeflow_owner");
        await Should.ThrowAsync<PostgresException>(() => ValueAsync("create table public.mine (x int)"));

        async Task<object?> ValueAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    [Trait("Control", "D5")]
    public async Task Redis_answers_nobody_without_its_password()
    {
        var address = await system.ConnectionAsync("api", "ConnectionStrings__redis");
        address.ShouldContain(",password=");
        var (host, port) = (address.Split(',')[0].Split(':')[0], int.Parse(address.Split(',')[0].Split(':')[1], null));

        using var client = new TcpClient();
        await client.ConnectAsync(host, port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("PUBLISH tf.live hello\r\n"));
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync()).ShouldNotBeNull().ShouldStartWith("-NOAUTH");
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync("/health")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
