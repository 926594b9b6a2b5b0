using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;
using Answer = TradeFlow.Platform.Tests.Support.Answer;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class RateTests(RateTests.Rig rig) : IClassFixture<RateTests.Rig>
{
    private static string Buy(int id) => "{\"id\":\"" + id + "\",\"intent\":{\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1}}";

    [Fact]
    [Trait("Control", "R1")]
    public async Task Over_its_rate_a_key_is_told_to_wait_and_others_are_not()
    {
        var (storm, calm) = (await rig.NewTraderAsync(), await rig.NewTraderAsync());
        List<Answer> answers = [];
        for (var sent = 0; sent < 8; sent++) answers.Add(await storm.AlertAsync(Buy(sent)));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBeInRange(5, 6);
        var limited = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        limited.Code.ShouldBe("rate.limited");
        limited.Message.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
        await CountedAsync(storm, 8);
        (await calm.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        (await storm.AlertAsync("not json")).Status.ShouldBe(HttpStatusCode.TooManyRequests, "the rate is checked before the body");
    }

    [Theory]
    [Trait("Control", "R1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refused_requests_leave_bounded_bytes_whether_or_not_the_account_is_switched_off(bool enabled)
    {
        const int requests = 600;
        var trader = await rig.NewTraderAsync();
        if (!enabled) await rig.ExecuteAsync($"update accounts.accounts set enabled = false where id = '{trader.Account}'");
        var body = "{\"pad\":\"" + new string('x', 58 * 1024) + "\",\"intent\":{\"side\":\"sideways\"}}";
        using var http = rig.NewClient();
        var watch = Stopwatch.StartNew();

        var answers = new List<Answer>();
        foreach (var part in Enumerable.Range(0, requests).Chunk(50)) answers.AddRange(await Task.WhenAll(part.Select(_ => trader.SendAsync($"/webhook/paper/{trader.Key}", body, http: http))));

        var seconds = watch.Elapsed.TotalSeconds;
        answers.Count(answer => answer.Status != HttpStatusCode.TooManyRequests).ShouldBeLessThanOrEqualTo(5 + (int)Math.Ceiling(seconds * 0.1), "the burst, and what comes back in this time");
        await CountedAsync(trader, requests);
        (await rig.ScalarAsync<long>($"select count(*) from alerts.webhooks_log where account_id = '{trader.Account}'")).ShouldBeLessThan(10 + (long)seconds);
        (await rig.ScalarAsync<int>($"select max(octet_length(payload)) from alerts.webhooks_log where account_id = '{trader.Account}'")).ShouldBeLessThanOrEqualTo(1024);
        (await rig.ScalarAsync<int>($"select max(pg_column_size(w.*)) from alerts.webhooks_log w where account_id = '{trader.Account}'")).ShouldBeLessThan(4096);
        var row = (await trader.Person.GetAsync($"/api/webhooks/log?account_id={trader.Account}&status=429")).Json.GetProperty("items")[0];
        row.GetProperty("payload_cut").GetInt32().ShouldBeGreaterThan(57 * 1024);
        row.GetProperty("payload").GetString()!.ShouldEndWith("…");
    }

    [Fact]
    public async Task What_was_counted_is_told_before_the_process_ends()
    {
        const int requests = 20;
        var trader = await rig.NewTraderAsync();
        await using (var replica = rig.NewFactory(Slow))
        {
            using var http = ApiFixture.NewClient(replica);
            for (var sent = 0; sent < requests; sent++) await trader.SendAsync($"/webhook/paper/{trader.Key}", "not json", http: http);
        }

        await CountedAsync(trader, requests);
    }

    [Fact]
    public async Task What_was_not_kept_whole_is_not_sent_again()
    {
        var trader = await rig.NewTraderAsync();
        var id = (await trader.AlertAsync("{\"pad\":\"" + new string('x', 2000) + "\",\"intent\":{\"side\":\"sideways\"}}")).Text("webhook_id");
        await trader.LoggedAsync("1");

        var replay = await trader.Person.PostAsync($"/api/webhooks/log/{id}/replay");

        (replay.Status, replay.Code).ShouldBe((HttpStatusCode.Conflict, "webhook.not_replayable"));
        replay.Text("detail").ShouldContain("1024 bytes");
    }

    [Fact]
    public void Many_busy_keys_cost_no_look_at_all_of_them()
    {
        var rates = new KeyRates(new ConfigurationBuilder().Build(), new HandClock());
        var accounts = Enumerable.Range(0, 60_000).Select(_ => new AccountId(Guid.NewGuid())).ToList();
        var watch = Stopwatch.StartNew();

        foreach (var account in accounts) rates.Take(account).ShouldBeNull();
        foreach (var account in accounts) rates.Take(account).ShouldBeNull();

        // Each is one look at a dictionary; a sweep of all is sixty thousand.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Keys_that_rest_are_forgotten()
    {
        var clock = new HandClock();
        var rates = new KeyRates(new ConfigurationBuilder().Build(), clock);
        for (var made = 0; made < 50_000; made++) rates.Take(new AccountId(Guid.NewGuid()));
        clock.Advance(TimeSpan.FromSeconds(10));

        rates.Take(new AccountId(Guid.NewGuid()));

        rates.Known.ShouldBe(1);
    }

    private static Dictionary<string, string?> Slow => new()
    {
        ["RateLimits:Webhook:PerSecond"] = "0.1", ["RateLimits:Webhook:Burst"] = "5", ["Alerts:AnswerSeconds"] = "20",
    };

    private async Task CountedAsync(Trader trader, long requests) => await Eventually.True(
        async () => await rig.ScalarAsync<long>($"select count(*) + coalesce(sum(more), 0)::bigint from alerts.webhooks_log where account_id = '{trader.Account}'") == requests,
        TimeSpan.FromSeconds(10), $"{requests} requests are told of");

    public sealed class Rig : WebhookRig
    {
        protected override Dictionary<string, string?> More => Slow;
    }
}
