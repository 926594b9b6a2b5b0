using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class BrokersCheckTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_new_installation_is_ready_once_a_worker_has_told_its_brokers()
    {
        using var http = api.NewClient();
        using var before = await http.GetAsync("/health");
        before.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await before.Content.ReadAsStringAsync()).ShouldContain("\"brokers\":\"unhealthy\"");

        await api.AddPaperAsync();

        using var after = await http.GetAsync("/health");
        var answer = await after.Content.ReadAsStringAsync();
        answer.ShouldContain("\"brokers\":\"healthy\"");
        after.StatusCode.ShouldBe(HttpStatusCode.OK, answer);
    }
}
