using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Billing;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Rights;

/// <summary>The week in which a workspace is about to go.</summary>
[Trait("Control", "D7")]
public sealed class DeletionTests(BillingRig rig) : IClassFixture<BillingRig>
{
    private const string Close = """{"intent":{"action":"close","symbol":"EURUSD"}}""";

    [Fact]
    public async Task Its_accounts_can_only_close_for_a_week_in_which_an_owner_may_take_it_back()
    {
        var ada = await Person.SignUpAsync(rig);
        var account = await rig.NewTraderAsync(person: ada);
        var other = await ada.InviteAsync(rig, "owner");
        await rig.ExecuteAsync($"""
            insert into trading.positions (id, tenant_id, account_id, broker, broker_position_id, symbol, broker_symbol, side, qty, avg_price, opened_at, updated_at)
                values (gen_random_uuid(), '{ada.TenantId}', '{account.Account}', 'paper', 'p', 'EURUSD', 'EURUSD', 'BUY', 1, 1.1, now(), now())
            """);
        var before = await ada.GetAsync("/api/tenant/delete");
        (before.Json.GetProperty("deletes_at").ValueKind, Number(before, "accounts"), Number(before, "open_positions"),
            Number(before, "working_orders"))
            .ShouldBe((JsonValueKind.Null, 1, 1, 0));
        (await ada.PostAsync("/api/tenant/delete", new { name = "another" })).Fields.ShouldBe(["name"]);

        var asked = await ada.PostAsync("/api/tenant/delete", new { name = before.Text("workspace") });

        asked.Status.ShouldBe(HttpStatusCode.OK);
        var day = asked.Json.GetProperty("deletes_at").GetDateTimeOffset();
        (day - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        (await other.PostAsync("/api/tenant/delete")).Json.GetProperty("deletes_at").GetDateTimeOffset()
            .ShouldBe(day, TimeSpan.FromMilliseconds(1), "it does not move");
        (await ada.GetAsync("/api/user/me")).Json.GetProperty("tenant").GetProperty("deletes_at").GetDateTimeOffset()
            .ShouldBe(day, TimeSpan.FromMilliseconds(1));
        var refused = await account.AlertAsync(Trader.Buy);
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Forbidden, "tenant.deleting"));
        refused.Text("error").ShouldContain(day.UtcDateTime.ToString("yyyy-MM-dd"));
        (await account.AlertAsync(Close)).Status.ShouldBe(HttpStatusCode.OK);
        var late = await rig.NewTraderAsync(person: ada);
        (await late.AlertAsync(Trader.Buy)).Code.ShouldBe("tenant.deleting", "also one that was connected since");
        (await MailsAsync(ada)).ShouldBe(2, "one to each owner");

        (await other.DeleteAsync("/api/tenant/delete")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await account.AlertAsync(Trader.Buy)).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.GetAsync("/api/tenant/delete")).Json.GetProperty("deletes_at").ValueKind.ShouldBe(JsonValueKind.Null);
        (await MailsAsync(ada)).ShouldBe(4);
        (await rig.ScalarAsync<string>($"select string_agg(action, ' ' order by seq) from tenancy.audit_log where tenant_id = '{ada.TenantId}' and action like 'tenant.%'"))
            .ShouldBe("tenant.deletion_requested tenant.deletion_taken_back");
    }

    [Fact]
    [Trait("Control", "F2")]
    public async Task Its_subscription_ends_with_its_period_goes_on_when_it_stays_and_ends_at_once_on_the_day()
    {
        var (ada, bea) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        var (subscription, own) = (await rig.BuyAsync(ada), await rig.BuyAsync(bea));
        await rig.ChangeAsync(own, one => one["cancel_at_period_end"] = true);
        await Eventually.True(
            async () => await rig.ScalarAsync<bool>($"select cancel_at_period_end from billing.subscriptions where id = '{own}'"),
            TimeSpan.FromSeconds(15), "what the customer has ended is known");
        foreach (var person in new[] { ada, bea }) (await person.PostAsync("/api/tenant/delete")).Status.ShouldBe(HttpStatusCode.OK);

        await EndsAsync(subscription, true);
        foreach (var person in new[] { ada, bea })
            (await person.DeleteAsync("/api/tenant/delete")).Status.ShouldBe(HttpStatusCode.NoContent);
        await EndsAsync(subscription, false);
        await rig.Service<LeavingSubscriptions>().RunOnceAsync(CancellationToken.None);
        ((bool)rig.Stripe.Subscription(own)["cancel_at_period_end"]!).ShouldBeTrue("what the customer has ended stays ended");

        await rig.ExecuteAsync($"update tenancy.tenants set deletes_at = now() where id = '{ada.TenantId}'");
        await Eventually.True(async () =>
        {
            await rig.Service<LeavingSubscriptions>().RunOnceAsync(CancellationToken.None);
            return (string)rig.Stripe.Subscription(subscription)["status"]! == "canceled";
        }, TimeSpan.FromSeconds(15), "it is canceled");
    }

    private Task EndsAsync(string subscription, bool ends) => Eventually.True(async () =>
    {
        await rig.Service<LeavingSubscriptions>().RunOnceAsync(CancellationToken.None);
        return (bool)rig.Stripe.Subscription(subscription)["cancel_at_period_end"]! == ends;
    }, TimeSpan.FromSeconds(15), $"it {(ends ? "ends" : "goes on")}");

    private Task<long> MailsAsync(Person person) =>
        rig.ScalarAsync<long>($"select count(*) from outgoing.messages where tenant_id = '{person.TenantId}' and event = 'mail.deletion'");

    private static int Number(Answer answer, string name) => answer.Json.GetProperty(name).GetInt32();
}
