using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost.Tests;

/// <summary>What AppHost.cs describes, without starting it.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task Programs_wait_for_the_migrations_and_the_migrations_for_PostgreSQL()
    {
        await using var builder = await DescribeAsync();

        Waits("api").ShouldBe([("migrations", WaitType.WaitForCompletion)]);
        Waits("worker").ShouldBe([("migrations", WaitType.WaitForCompletion)]);
        Waits("migrations").ShouldBe([("postgres", WaitType.WaitUntilHealthy)]);
        builder.Resources.Where(resource => resource.HasAnnotationOfType<KeepRunningAnnotation>()).Select(resource => resource.Name)
            .ShouldBe(["api", "worker", "simulators", "postgres", "redis"], ignoreOrder: true);

        IEnumerable<(string, WaitType)> Waits(string name) =>
            builder.Resources.Single(resource => resource.Name == name).Annotations.OfType<WaitAnnotation>()
                .Select(wait => (wait.Resource.Name, wait.WaitType));
    }

    [Fact]
    public async Task In_containers_the_servers_are_Aspires_own()
    {
        await using var builder = await DescribeAsync("--Servers=container");

        builder.Resources.Single(resource => resource.Name == "postgres").ShouldBeOfType<PostgresServerResource>();
        builder.Resources.Single(resource => resource.Name == "redis").ShouldBeOfType<RedisResource>();
    }

    [Fact]
    public async Task In_Production_there_are_no_simulators()
    {
        await using var builder = await DescribeAsync("--environment=Production");

        builder.Resources.ShouldNotContain(resource => resource.Name == "simulators");
    }

    private static Task<IDistributedApplicationTestingBuilder> DescribeAsync(params string[] more) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.TradeFlow_AppHost>(
            [$"--TRADEFLOW_DATA={Folders.New()}", $"--TRADEFLOW_PORT={LocalPorts.AnyFree()}", "--Simulators:TradeLocker:Port=0",
                "--Simulators:ProjectX:Port=0", .. more]);
}
