using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>What <c>/health</c> says of a process whose clock is not PostgreSQL's.</summary>
public sealed class ClockSkewTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData(0, "healthy", "")]
    [InlineData(1.9, "degraded", "s ahead of PostgreSQL's")]
    [InlineData(-1.9, "degraded", "s behind PostgreSQL's")]
    [InlineData(10, "unhealthy", "s ahead of PostgreSQL's")]
    [InlineData(-10, "unhealthy", "s behind PostgreSQL's")]
    public async Task Far_from_postgresql_it_is_not_healthy_and_says_so_in_words(double seconds, string state, string words)
    {
        await api.AddPaperAsync();
        using var factory = api.Factory.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddSingleton<TimeProvider>(new ShiftedClock(TimeSpan.FromSeconds(seconds)))));
        using var http = ApiFixture.NewClient(factory);
        var (status, answer) = (HttpStatusCode.OK, "");

        await Eventually.True(async () =>
        {
            using var health = await http.GetAsync("/health");
            (status, answer) = (health.StatusCode, await health.Content.ReadAsStringAsync());
            return answer.Contains($"\"clock\":\"{state}\"");
        }, TimeSpan.FromSeconds(30), () => $"the clock is {state}: {answer}");

        status.ShouldBe(state == "unhealthy" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        answer.Contains("clock_skew").ShouldBe(words.Length > 0);
        answer.ShouldContain(words.Replace("'", "\\u0027", StringComparison.Ordinal));
    }
}
