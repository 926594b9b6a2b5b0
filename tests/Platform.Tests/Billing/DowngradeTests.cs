using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class DowngradeTests(BillingRig rig) : IClassFixture<BillingRig>
{
    private const string Close = """{"intent":{"action":"close","symbol":"EURUSD"}}""";

    [Fact]
    public async Task On_a_smaller_plan_the_oldest_account_stays_in_use_and_the_others_can_only_close()
    {
        var (ada, subscription, first, second) = await WithTwoAccountsAsync();

        await rig.ChangeAsync(subscription, one => one["items"]!["data"]![0]!["price"]!["id"] = "price_starter");
        await rig.PlanIsAsync(ada, "starter");

        (await first.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await second.AlertAsync(Trader.Buy);
        refused.Status.ShouldBe(HttpStatusCode.PaymentRequired);
        refused.Code.ShouldBe("plan.limit_reached");
        refused.Json.GetProperty("success").GetBoolean().ShouldBeFalse();
        (await second.CountAsync("trading.orders")).ShouldBe(0);
        (await second.AlertAsync(Close)).Status.ShouldBe(HttpStatusCode.OK);
        (await ExitOnlyAsync(ada)).ShouldBe([second.Account.Value]);
        (await ada.GetAsync("/api/user/brokers")).Json.GetArrayLength().ShouldBe(2);
        // Refused is not done: the same alert passes as soon as the plan allows it.
        await rig.ChangeAsync(subscription, one => one["items"]!["data"]![0]!["price"]!["id"] = "price_pro");
        await rig.PlanIsAsync(ada, "pro");
        (await second.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_user_chooses_which_account_stays_in_use()
    {
        var (ada, subscription, first, second) = await WithTwoAccountsAsync();
        await rig.ChangeAsync(subscription, one => one["items"]!["data"]![0]!["price"]!["id"] = "price_starter");
        await rig.PlanIsAsync(ada, "starter");

        var chosen = await ada.PatchAsync("/api/billing/accounts", new { account_ids = new[] { second.Account.Value } });

        chosen.Status.ShouldBe(HttpStatusCode.OK);
        (await ExitOnlyAsync(ada)).ShouldBe([first.Account.Value]);
        (await first.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.PaymentRequired);
        (await second.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.PatchAsync("/api/billing/accounts", new { account_ids = new[] { Guid.NewGuid() } })).Fields.ShouldBe(["account_ids"]);
        (await ada.PatchAsync("/api/billing/accounts", new { })).Fields.ShouldBe(["account_ids"]);
    }

    [Fact]
    public async Task An_account_that_is_deleted_makes_room_for_one_that_was_beyond_the_plan()
    {
        var (ada, subscription, first, second) = await WithTwoAccountsAsync();
        await rig.ChangeAsync(subscription, one => one["items"]!["data"]![0]!["price"]!["id"] = "price_starter");
        await rig.PlanIsAsync(ada, "starter");
        (await second.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.PaymentRequired);

        (await ada.DeleteAsync($"/api/accounts/{first.Account}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await second.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task Another_tenants_account_cannot_be_chosen()
    {
        var (ada, _, _, _) = await WithTwoAccountsAsync();
        var theirs = await rig.NewTraderAsync();

        (await ada.PatchAsync("/api/billing/accounts", new { account_ids = new[] { theirs.Account.Value } })).Fields
            .ShouldBe(["account_ids"]);
    }

    [Fact]
    public async Task Every_account_of_the_tenant_gets_a_new_version_with_a_new_plan()
    {
        var ada = await Person.SignUpAsync(rig);
        var account = await rig.NewTraderAsync(person: ada);
        var before = await VersionAsync(account);

        await rig.BuyAsync(ada);

        (await VersionAsync(account)).ShouldBeGreaterThan(before);
    }

    private async Task<(Person Ada, string Subscription, Trader First, Trader Second)> WithTwoAccountsAsync()
    {
        var ada = await Person.SignUpAsync(rig);
        var subscription = await rig.BuyAsync(ada);
        return (ada, subscription, await rig.NewTraderAsync(person: ada), await rig.NewTraderAsync(person: ada));
    }

    private Task<long> VersionAsync(Trader account) =>
        rig.ScalarAsync<long>($"select version from accounts.accounts where id = '{account.Account}'");

    private static async Task<List<Guid>> ExitOnlyAsync(Person person) => [.. (await person.GetAsync("/api/billing/usage")).Json
        .GetProperty("accounts").EnumerateArray()
        .Where(account => account.GetProperty("exit_only").GetBoolean()).Select(account => account.GetProperty("id").GetGuid())];
}
