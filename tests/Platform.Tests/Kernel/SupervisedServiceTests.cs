using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class SupervisedServiceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_service_that_fails_again_and_again_is_named_at_health_and_stops_nothing()
    {
        await api.AddPaperAsync();
        using var factory = api.Factory.WithWebHostBuilder(host =>
            host.ConfigureTestServices(services => services.AddHostedService<Broken>()));
        using var http = ApiFixture.NewClient(factory);
        var answer = "";

        await Eventually.True(async () =>
        {
            using var health = await http.GetAsync("/health");
            answer = await health.Content.ReadAsStringAsync();
            return health.StatusCode == HttpStatusCode.OK && answer.Contains("\"loops\":\"degraded\"");
        }, TimeSpan.FromSeconds(30), () => $"health tells of it: {answer}");

        answer.ShouldContain("\"status\":\"degraded\"");
        answer.ShouldContain("broken on purpose");
        answer.ShouldNotContain("whole on purpose");
        factory.Services.GetServices<IHostedService>().OfType<Broken>().Single().Wholes.ShouldBe(1);
        factory.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task An_end_of_the_host_is_no_failure()
    {
        var lines = new LogLines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(lines));
        using var service = new Broken(new Supervisor(TimeProvider.System, logging.CreateLogger<SupervisedLoop>())) { Breaks = false };
        await service.StartAsync(CancellationToken.None);
        await Eventually.True(() => Task.FromResult(service.Wholes == 1), "it runs");

        await service.StopAsync(CancellationToken.None);

        lines.All.ShouldBeEmpty();
        service.ExecuteTask.ShouldNotBeNull().IsCompletedSuccessfully.ShouldBeTrue();
    }

    private sealed class Broken(Supervisor supervisor) : SupervisedService(supervisor)
    {
        private int wholes;

        public int Wholes => wholes;

        public bool Breaks { get; init; } = true;

        protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
            [("broken on purpose", BreakAsync), ("whole on purpose", WholeAsync)];

        private Task BreakAsync(CancellationToken ct) =>
            Breaks ? throw new DivideByZeroException() : Task.Delay(Timeout.InfiniteTimeSpan, ct);

        private Task WholeAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref wholes);
            return Task.Delay(Timeout.InfiniteTimeSpan, ct);
        }
    }
}
