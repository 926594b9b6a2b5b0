using System.Net;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Strategies;

/// <summary>The key of a strategy follows the rules of the keys of accounts.</summary>
[Collection(StrategyPeople.OneRig)]
public sealed class StrategyKeyTests(WebhookRig rig)
{
    [Fact]
    public async Task A_bad_key_answers_like_every_other_bad_key()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        var key = strategy.Path.Split('/')[^1];
        var bad = await trader.SendAsync("/webhook/paper/nothing", Trader.Buy);

        foreach (var path in new[] { "/webhook/strategy/nothing", $"/webhook/strategy/{trader.Key}", $"/webhook/paper/{key}",
            "/webhook/strategy", $"/webhook/strategy/{key}x" })
        {
            var answer = await trader.SendAsync(path, Trader.Buy);
            (answer.Status, answer.Json.ToString()).ShouldBe((bad.Status, bad.Json.ToString()), path);
        }
        bad.Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await trader.SendAsync($"/api/unify/v1{strategy.Path}", Trader.Buy)).Status.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_new_key_ends_the_old_one_at_once_and_a_deleted_strategy_has_none()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);

        var program =
            person.With((await person.PostAsync("/api/user/tokens", new { name = "t", scopes = new[] { "trade" } })).Text("token"));
        (await program.PostAsync($"/api/strategies/{strategy.Id}/regenerate-key")).Status
            .ShouldBe(HttpStatusCode.Forbidden, "it is for people who have just proven themselves");
        var made = await person.PostAsync($"/api/strategies/{strategy.Id}/regenerate-key");

        made.Status.ShouldBe(HttpStatusCode.OK);
        (await trader.SendAsync(strategy.Path, Trader.Buy)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var now = new Uri(made.Text("webhook_url")).AbsolutePath;
        (await trader.SendAsync(now, Trader.Buy)).Status.ShouldBe(HttpStatusCode.Accepted);
        (await person.DeleteAsync($"/api/strategies/{strategy.Id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await trader.SendAsync(now, Trader.Buy)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_key_stands_nowhere_in_the_clear()
    {
        var person = await StrategyPeople.NewPersonAsync(rig);
        var strategy = await StrategyPeople.MakeAsync(person);
        var trader = await rig.NewTraderAsync(person: person);
        await StrategyPeople.FollowAsync(trader, strategy);
        var key = strategy.Path.Split('/')[^1];
        key.ShouldMatch("^strategy_[0-9a-f]{8}_[0-9A-Za-z]{24}$");

        await trader.SendAsync(strategy.Path, $$$"""{"note":"{{{key}}}","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""");
        await trader.SendAsync(strategy.Path, $$$"""{"note":"{{{key}}}","intent":{"side":"buy"}}""");

        await Eventually.True(async () => await rig.ScalarAsync<long>(
            $"select count(*) from strategies.signals where strategy_id = '{strategy.Id}' and status is not null") == 2,
            TimeSpan.FromSeconds(15), "both are noted");
        await trader.LoggedAsync("status");
        (await rig.ScalarAsync<long>(
            $"select count(*) from alerts.webhooks_log w where w.account_id = '{trader.Account}' and w::text like '%{key}%'")).ShouldBe(0);
        (await rig.ScalarAsync<long>($"select count(*) from strategies.signals s where s::text like '%{key}%'")).ShouldBe(0);
        (await rig.ScalarAsync<long>(
            $"select count(*) from strategies.keys k where k::text like '%{key}%' or encode(k.key_sealed, 'escape') like '%{key}%'"))
            .ShouldBe(0);
    }
}
