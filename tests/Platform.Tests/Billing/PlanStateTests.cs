using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class PlanStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly PlanCatalogue Plans = CatalogueOf("Development");

    [Theory]
    [InlineData("active", "price_pro", "pro", false)]
    [InlineData("trialing", "price_elite", "elite", false)]
    [InlineData("past_due", "price_pro", "pro", false)]
    [InlineData("unpaid", "price_pro", "trial", false)]
    [InlineData("paused", "price_pro", "trial", false)]
    [InlineData("canceled", "price_pro", "trial", false)]
    [InlineData("active", "price_of_nobody", "unknown", true)]
    [InlineData("frozen", "price_pro", "pro", true)]
    public void A_subscription_means_a_plan(string status, string price, string plan, bool isUnknown)
    {
        var state = PlanState.Of([One("sub_1", status, price)], Plans);

        state.Plan.ShouldBe(plan);
        state.Status.ShouldBe(status);
        state.IsUnknown.ShouldBe(isUnknown);
        state.IsTrialOver.ShouldBeTrue();
    }

    [Theory]
    [InlineData("incomplete")]
    [InlineData("incomplete_expired")]
    public void One_that_never_began_leaves_the_trial_as_it_is(string status) =>
        PlanState.Of([One("sub_1", status, "price_pro")], Plans).ShouldBe(PlanState.None);

    [Fact]
    public void Of_several_the_one_that_gives_most_counts_in_whatever_order_they_stand()
    {
        KnownSubscription[] all = [One("sub_a", "canceled", "price_elite"), One("sub_b", "past_due", "price_elite"),
            One("sub_c", "active", "price_starter"), One("sub_d", "active", "price_pro"), One("sub_e", "incomplete", "price_elite")];
        var random = new Random(3);

        for (var round = 0; round < 200; round++)
        {
            random.Shuffle(all);
            PlanState.Of(all, Plans).Subscription.ShouldBe("sub_d");
            PlanState.Of(all.Where(one => one.Status != "active"), Plans).Subscription.ShouldBe("sub_b");
        }
    }

    [Fact]
    public void A_lookup_key_names_the_plan_when_the_price_is_a_new_one() =>
        PlanState.Of([One("sub_1", "active", "price_new") with { LookupKey = "pro" }], Plans).Plan.ShouldBe("pro");

    [Fact]
    public void The_trial_is_over_to_the_second_after_72_hours()
    {
        var entitlement = EntitlementOf("trial", "trialing", trialStart: Noon);

        entitlement.TrialEndsAt.ShouldBe(Noon.AddHours(72));
        entitlement.BlockAt(Noon.AddHours(72).AddTicks(-1)).ShouldBeNull();
        entitlement.BlockAt(Noon.AddHours(72))
            .ShouldBe(new EntryBlock("trial.expired", "Trial expired: 3 days elapsed. Upgrade to continue."));
        entitlement.BlockAt(Noon, 99).ShouldBeNull();
        entitlement.BlockAt(Noon, 100)!.Text.ShouldBe("Trial limit: 100 trades reached. Upgrade to continue.");
        entitlement.BlockAt(Noon.AddDays(9), 100)!.Code.ShouldBe("trial.trades");
    }

    [Fact]
    public void In_development_the_trial_may_be_another_and_in_production_it_may_not()
    {
        (string, string)[] settings = [("Trial:Days", "0.25"), ("Trial:Trades", "7")];

        CatalogueOf("Development", settings).TrialDays.ShouldBe(0.25m);
        CatalogueOf("Development", settings).Trial.Limits.Trades.ShouldBe(7);
        CatalogueOf("Production", settings).TrialDays.ShouldBe(3);
        CatalogueOf("Production", settings).Trial.Limits.Trades.ShouldBe(100);
    }

    [Fact]
    public void An_overdue_payment_stops_entries_after_the_grace()
    {
        var entitlement = EntitlementOf("pro", "past_due", pastDueSince: Noon);

        entitlement.BlockAt(Noon.AddDays(7).AddTicks(-1)).ShouldBeNull();
        entitlement.BlockAt(Noon.AddDays(7))!.Code.ShouldBe("billing.payment_required");
    }

    [Theory]
    [InlineData("pro", "active", null)]
    [InlineData("pro", "trialing", null)]
    [InlineData("pro", "frozen", "billing.unknown_state")]
    [InlineData("unknown", "active", "billing.unknown_state")]
    [InlineData("gone", "active", "billing.unknown_state")]
    [InlineData("trial", "unpaid", "billing.payment_required")]
    [InlineData("trial", "paused", "billing.payment_required")]
    [InlineData("trial", "canceled", "trial.expired")]
    public void What_a_state_means_for_entries(string plan, string status, string? code) =>
        (EntitlementOf(plan, status, Noon, trialEnd: status == "canceled" ? Noon.AddHours(1) : null).BlockAt(Noon.AddHours(2))?.Code)
            .ShouldBe(code);

    [Theory]
    [InlineData("Billing:Plans:pro:Brokers", "-1")]
    [InlineData("Billing:Plans:pro:Trades", "many")]
    [InlineData("Billing:Plans:pro:Price", "-4")]
    [InlineData("Billing:Plans:pro:Currency", "usd")]
    [InlineData("Billing:Plans:A Plan:Price", "4")]
    [InlineData("Billing:Prices:pro", "price_elite")]
    [InlineData("Billing:TrialDays", "x")]
    public void A_wrong_setting_stops_the_start_and_is_named(string path, string value) =>
        Should.Throw<InvalidOperationException>(() => CatalogueOf("Production", (path, value))).Message.ShouldContain(path.Split(':')[1]);

    private static KnownSubscription One(string id, string status, string price) =>
        new(id, status, price, null, Noon.AddMonths(1), false, Noon, status == "past_due" ? Noon : null);

    private static Entitlement EntitlementOf(
        string plan, string status, DateTimeOffset? trialStart = null, DateTimeOffset? trialEnd = null,
        DateTimeOffset? pastDueSince = null) =>
            // no read, so no database
            new Entitlements(Plans, null!, new ConfigurationBuilder().Build()).Of(plan, status, trialStart ?? Noon, trialEnd, pastDueSince);

    private static PlanCatalogue CatalogueOf(string environment, params (string Path, string Value)[] settings) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Path, setting.Value))).Build(),
        new HostingEnvironment { EnvironmentName = environment });
}
