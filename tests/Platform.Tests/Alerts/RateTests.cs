using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class RateTests(RateTests.Rig rig) : IClassFixture<RateTests.Rig>
{
    [Fact]
    public async Task Over_its_rate_a_key_is_told_to_wait_and_others_are_not()
    {
        var (storm, calm) = (await rig.NewTraderAsync(), await rig.NewTraderAsync());
        List<Answer> answers = [];
        for (var sent = 0; sent < 8; sent++) answers.Add(await storm.AlertAsync("{\"id\":\"" + sent + "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}"));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBeInRange(5, 6);
        var limited = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        limited.Code.ShouldBe("rate.limited");
        limited.Message.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
        (await storm.LoggedAsync("count(*) over ()", rows: 8)).ShouldBe("8");
        (await calm.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        (await storm.AlertAsync("not json")).Status.ShouldBe(HttpStatusCode.TooManyRequests, "the rate is checked before the body");
    }

    public sealed class Rig : WebhookRig
    {
        protected override Dictionary<string, string?> More => new() { ["RateLimits:Webhook:PerSecond"] = "0.1", ["RateLimits:Webhook:Burst"] = "5" };
    }
}
