using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
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
        foreach (var part in Enumerable.Range(0, requests).Chunk(50))
            answers.AddRange(await Task.WhenAll(part.Select(_ => trader.SendAsync($"/webhook/paper/{trader.Key}", body, http: http))));

        var seconds = watch.Elapsed.TotalSeconds;
        answers.Count(answer => answer.Status != HttpStatusCode.TooManyRequests)
            .ShouldBeLessThanOrEqualTo(5 + (int)Math.Ceiling(seconds * 0.1), "the burst, and what comes back in this time");
        await CountedAsync(trader, requests);
        (await rig.ScalarAsync<long>($"select count(*) from alerts.webhooks_log where account_id = '{trader.Account}'"))
            .ShouldBeLessThan(10 + (long)seconds);
        (await rig.ScalarAsync<int>($"select max(octet_length(payload)) from alerts.webhooks_log where account_id = '{trader.Account}'"))
            .ShouldBeLessThanOrEqualTo(1024);
        (await rig.ScalarAsync<int>($"select max(pg_column_size(w.*)) from alerts.webhooks_log w where account_id = '{trader.Account}'"))
            .ShouldBeLessThan(4096);
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
        var id = (await trader.AlertAsync("{\"pad\":\"" + new string('x', 2000) + "\",\"intent\":{\"side\":\"sideways\"}}"))
            .Text("webhook_id");
        await trader.LoggedAsync("1");

        var replay = await trader.Person.PostAsync($"/api/webhooks/log/{id}/replay");

        (replay.Status, replay.Code).ShouldBe((HttpStatusCode.Conflict, "webhook.not_replayable"));
        replay.Text("detail").ShouldContain("1024 bytes");
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task All_keys_of_a_workspace_have_a_rate_together_that_holds_back_no_exit_and_no_other_workspace()
    {
        var one = await rig.NewTraderAsync();
        var two = await rig.NewTraderAsync(person: one.Person);
        for (var sent = 0; sent < 5; sent++) (await one.AlertAsync(Buy(sent))).Status.ShouldBe(HttpStatusCode.OK);

        // A token comes back in ten seconds: on a slow machine the first may find one.
        Answer? limited = null;
        var tried = 0;
        while (limited?.Status != HttpStatusCode.TooManyRequests && tried < 4) limited = await two.AlertAsync(Buy(tried++));

        (limited!.Status, limited.Code).ShouldBe((HttpStatusCode.TooManyRequests, "rate.limited")); // it was asked
        limited.Text("error").ShouldContain("workspace");
        limited.Message.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeGreaterThanOrEqualTo(1);
        await CountedAsync(two, tried);
        (await two.AlertAsync("""{"intent":{"action":"close","symbol":"EURUSD"}}""")).Status
            .ShouldBe(HttpStatusCode.OK, "a signal that gets out waits for no other account");
        (await (await rig.NewTraderAsync()).AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task A_plan_with_many_accounts_has_more_signals_together()
    {
        var one = await rig.NewTraderAsync();
        var two = await rig.NewTraderAsync(person: one.Person);
        await rig.ExecuteAsync($"update billing.billing_status set plan = 'elite' where tenant_id = '{one.Person.TenantId}'");

        foreach (var trader in new[] { one, two })
            for (var sent = 0; sent < 5; sent++) (await trader.AlertAsync(Buy(sent))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [Trait("Control", "R1")]
    [InlineData("trial", 60, 30)]
    [InlineData("elite", 80, 40)]
    [InlineData("unknown", 60, 30)]
    [InlineData("house", null, null)]
    public void A_tenant_has_thirty_a_second_or_two_for_each_account_of_its_plan(string plan, int? burst, int? perSecond)
    {
        var clock = new HandClock();
        var rates = RatesOf(clock);
        var tenant = new TenantId(Guid.NewGuid());
        var accounts = Enumerable.Range(0, 20).Select(_ => AccountOf(tenant, plan)).ToList();
        int Taken() => Enumerable.Range(0, 200).Count(turn => rates.Take(accounts[turn % accounts.Count], isExit: false) is null);

        Taken().ShouldBe(burst ?? 200);
        clock.Advance(TimeSpan.FromSeconds(1));
        Taken().ShouldBe(perSecond ?? 200);
        rates.Take(AccountOf(new TenantId(Guid.NewGuid()), plan), isExit: false).ShouldBeNull();
    }

    [Fact]
    public void Many_busy_keys_cost_no_look_at_all_of_them()
    {
        var rates = RatesOf(new HandClock());
        var accounts = Enumerable.Range(0, 60_000).Select(_ => AccountOf(new TenantId(Guid.NewGuid()))).ToList();
        var watch = Stopwatch.StartNew();

        foreach (var account in accounts) rates.Take(account, isExit: false).ShouldBeNull();
        foreach (var account in accounts) rates.Take(account, isExit: false).ShouldBeNull();

        // Each is one look at a dictionary; a sweep of all is sixty thousand.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Owners_that_rest_are_forgotten()
    {
        var clock = new HandClock();
        var buckets = new RateBuckets(clock);
        var rate = new SignalRate(30, 60);
        for (var made = 0; made < 50_000; made++) buckets.Take(Guid.NewGuid(), rate);
        clock.Advance(TimeSpan.FromSeconds(10));

        buckets.Take(Guid.NewGuid(), rate);

        buckets.Known.ShouldBe(1);
    }

    private static SignalRates RatesOf(TimeProvider clock)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Billing:Plans:house:Brokers"] = "unlimited", ["Billing:Plans:house:AccountsPerBroker"] = "unlimited",
        }).Build();
        return new SignalRates(settings, new PlanCatalogue(settings, new HostingEnvironment()), clock);
    }

    private static AccountContext AccountOf(TenantId tenant, string? plan = null) => new()
    {
        AccountId = new AccountId(Guid.NewGuid()),
        TenantId = tenant,
        UserId = new UserId(Guid.NewGuid()),
        Broker = "paper",
        Mode = "demo",
        Currency = "USD",
        Status = AccountStatuses.Active,
        Enabled = true,
        DedupeSeconds = 20,
        Multiplier = 1,
        Version = 1,
        StopEpoch = 0,
        Plan = plan,
    };

    private static Dictionary<string, string?> Slow => new()
    {
        ["RateLimits:Webhook:PerSecond"] = "0.1", ["RateLimits:Webhook:Burst"] = "5", ["Alerts:AnswerSeconds"] = "20",
        ["RateLimits:Webhook:TenantPerSecond"] = "0.1", ["Billing:Plans:trial:AccountsPerBroker"] = "0",
    };

    private async Task CountedAsync(Trader trader, long requests) => await Eventually.True(
        async () => await rig.ScalarAsync<long>(
            $"select count(*) + coalesce(sum(more), 0)::bigint from alerts.webhooks_log where account_id = '{trader.Account}'") == requests,
        TimeSpan.FromSeconds(10), $"{requests} requests are told of");

    public sealed class Rig : WebhookRig
    {
        protected override Dictionary<string, string?> More => Slow;
    }
}
