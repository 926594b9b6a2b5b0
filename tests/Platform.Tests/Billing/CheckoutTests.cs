using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class CheckoutTests(BillingRig rig) : IClassFixture<BillingRig>
{
    [Fact]
    [Trait("Control", "F2")]
    public async Task Buying_a_plan_ends_with_the_plan_and_not_before_stripe_says_so()
    {
        var ada = await Person.SignUpAsync(rig);

        var session = await rig.CheckOutAsync(ada);
        (await ada.GetAsync("/api/billing/status")).Text("plan").ShouldBe("trial");
        var subscription = rig.Stripe.Pay(session);
        (await ada.GetAsync("/api/user/me")).Text("plan").ShouldBe("trial");
        await rig.SendAsync(FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session)));
        await rig.PlanIsAsync(ada, "pro", "active");

        var status = await ada.GetAsync("/api/billing/status");
        status.Text("current_period_end").ShouldBe("2030-03-17T17:46:40Z");
        status.Json.GetProperty("cancel_at_period_end").GetBoolean().ShouldBeFalse();
        (await ada.GetAsync("/api/user/me")).Text("plan").ShouldBe("pro");
        var usage = await ada.GetAsync("/api/billing/usage");
        usage.Json.GetProperty("trades_limit").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        usage.Json.GetProperty("limits").GetProperty("brokers").GetInt32().ShouldBe(2);
        (await rig.ScalarAsync<string>(
            $"select detail->>'to' from tenancy.audit_log where tenant_id = '{ada.TenantId}' and action = 'billing.plan_changed' and subject = '{subscription}'"))
            .ShouldBe("pro");
        (await ada.GetAsync("/api/notifications")).Json.GetProperty("items")[0].GetProperty("text").GetString()
            .ShouldBe("Your plan is now Pro.");
    }

    [Fact]
    [Trait("Control", "F2")]
    public async Task The_call_names_the_tenant_its_customer_and_the_plan_and_the_trial_if_enough_is_left()
    {
        var ada = await Person.SignUpAsync(rig);
        var late = await Person.SignUpAsync(rig);
        await rig.ExecuteAsync(
            $"update billing.billing_status set trial_start = now() - interval '24 hours' where tenant_id = '{late.TenantId}'");

        await rig.CheckOutAsync(ada);
        await rig.CheckOutAsync(late, "price_elite");

        var calls = rig.Stripe.Calls.Where(call => call.Path == "/v1/checkout/sessions" && call.Method == "POST").ToList();
        var first = calls.Single(call => call.Value("client_reference_id") == ada.TenantId.ToString());
        first.Value("customer").ShouldBe(
            await rig.ScalarAsync<string>($"select stripe_customer_id from billing.billing_status where tenant_id = '{ada.TenantId}'"));
        first.Value("metadata[tenant_id]").ShouldBe(ada.TenantId.ToString());
        first.Value("metadata[user_id]").ShouldBe(ada.UserId.ToString());
        first.Value("subscription_data[metadata][plan]").ShouldBe("pro");
        first.Value("success_url").ShouldBe("http://localhost/billing?done={CHECKOUT_SESSION_ID}");
        long.Parse(first.Value("subscription_data[trial_end]")!).ShouldBeInRange(DateTimeOffset.UtcNow.AddHours(71).ToUnixTimeSeconds(),
            DateTimeOffset.UtcNow.AddHours(73).ToUnixTimeSeconds());
        calls.Single(call => call.Value("client_reference_id") == late.TenantId.ToString()).Value("subscription_data[trial_end]")
            .ShouldBeNull();
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("reset")]
    [InlineData("503")]
    [InlineData("409")]
    [InlineData("<html>Please log in</html>")]
    public async Task An_answer_lost_after_the_commit_leads_to_the_same_session(string fault)
    {
        var ada = await Person.SignUpAsync(rig);
        await rig.CheckOutAsync(ada, "price_starter"); // the customer is there
        rig.Stripe.Faults.Enqueue(fault);

        var away = await ada.PostAsync("/api/billing/checkout", BillingRig.Wish());
        away.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        away.Code.ShouldBe("billing.stripe_unavailable");
        away.Message.Headers.RetryAfter.ShouldNotBeNull();
        await rig.CheckOutAsync(ada);

        rig.Stripe.Sessions.Count(session => (string?)session["client_reference_id"] == ada.TenantId.ToString()
            && (string?)session["price"] == "price_pro").ShouldBe(1);
        var keys = rig.Stripe.Calls.Where(call => call.Method == "POST" && call.Value("line_items[0][price]") == "price_pro"
            && call.Value("client_reference_id") == ada.TenantId.ToString())
            .Select(call => call.Headers["idempotency-key"]).ToList();
        keys.ShouldBe([keys[0], keys[0]]);
    }

    [Fact]
    public async Task Tabs_side_by_side_lead_to_one_customer_and_one_session()
    {
        var ada = await Person.SignUpAsync(rig);
        var before = rig.Stripe.Customers;

        var urls = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => rig.CheckOutAsync(ada)));

        urls.Distinct().Count().ShouldBe(1);
        (rig.Stripe.Customers - before).ShouldBe(1);
        (await rig.CheckOutAsync(ada)).ShouldBe(urls[0]);
    }

    [Fact]
    public async Task Of_two_plans_in_two_tabs_only_the_later_can_be_paid()
    {
        var ada = await Person.SignUpAsync(rig);

        var first = await rig.CheckOutAsync(ada, "price_starter");
        var second = await rig.CheckOutAsync(ada);

        ((string?)rig.Stripe.Session(first)["status"]).ShouldBe("expired");
        ((string?)rig.Stripe.Session(second)["status"]).ShouldBe("open");
    }

    [Theory]
    [InlineData("price_pro")]
    [InlineData("price_elite")]
    public async Task What_was_paid_before_stripes_word_came_is_not_sold_again(string price)
    {
        var ada = await Person.SignUpAsync(rig);
        rig.Stripe.Pay(await rig.CheckOutAsync(ada));

        var again = await ada.PostAsync("/api/billing/checkout", BillingRig.Wish(price));

        again.Code.ShouldBe("billing.already_subscribed");
        await rig.PlanIsAsync(ada, "pro", "active");
    }

    [Fact]
    public async Task After_a_key_is_a_day_old_the_call_is_a_new_one()
    {
        var ada = await Person.SignUpAsync(rig);
        await rig.CheckOutAsync(ada, "price_starter");
        rig.Stripe.Faults.Enqueue("reset");
        await ada.PostAsync("/api/billing/checkout", BillingRig.Wish());
        await rig.ExecuteAsync($"update billing.stripe_calls set created_at = created_at - interval '24 hours' where tenant_id = '{ada.TenantId}' and state = 'open'");

        await rig.CheckOutAsync(ada);

        rig.Stripe.Calls.Where(call => call.Method == "POST" && call.Value("line_items[0][price]") == "price_pro"
            && call.Value("client_reference_id") == ada.TenantId.ToString())
            .Select(call => call.Headers["idempotency-key"]).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_an_earlier_release_wrote_as_a_body_is_given_up()
    {
        var ada = await Person.SignUpAsync(rig);
        rig.Stripe.Faults.Enqueue("reset");
        await ada.PostAsync("/api/billing/checkout", BillingRig.Wish());
        await rig.ExecuteAsync(
            $"update billing.stripe_calls set form = 'email=a%40example.com' where tenant_id = '{ada.TenantId}' and state = 'open'");

        await rig.CheckOutAsync(ada);

        (await rig.ScalarAsync<string>(
            $"select string_agg(state, ' ' order by created_at) from billing.stripe_calls where tenant_id = '{ada.TenantId}'"))
            .ShouldBe("refused done done");
    }

    [Theory]
    [InlineData("price_nobody", "http://localhost/a", "http://localhost/b", "price_id")]
    [InlineData("price_pro", "https://evil.example/a", "http://localhost/b", "success_url")]
    [InlineData("price_pro", "http://localhost.evil.example/a", "http://localhost/b", "success_url")]
    [InlineData("price_pro", "http://localhost@evil.example/", "http://localhost/b", "success_url")]
    [InlineData("price_pro", "http://localhost\\@evil.example/", "http://localhost/b", "success_url")]
    [InlineData("price_pro", "http://localhost/a", "javascript:alert(1)", "cancel_url")]
    [InlineData("price_pro", "http://localhost/a", "//evil.example", "cancel_url")]
    [InlineData("price_pro", "/billing", "http://localhost/b", "success_url")]
    [InlineData("price_pro", "https://localhost/a", "http://localhost/b", "success_url")]
    [Trait("Control", "F2")]
    public async Task Neither_a_foreign_price_nor_a_foreign_address_gets_to_stripe(
        string price, string success, string cancel, string field)
    {
        var answer = await (await Person.SignUpAsync(rig))
            .PostAsync("/api/billing/checkout", new { price_id = price, success_url = success, cancel_url = cancel });

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_configured_origin_may_be_come_back_to()
    {
        var answer = await (await Person.SignUpAsync(rig)).PostAsync("/api/billing/checkout",
            new { price_id = "price_pro", success_url = "https://app.example.com/billing", cancel_url = "https://app.example.com" });

        answer.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "F2")]
    [Trait("Control", "T5")]
    public async Task The_client_can_set_nothing_else()
    {
        var answer = await (await Person.SignUpAsync(rig)).PostAsync("/api/billing/checkout",
            new { price_id = "price_pro", success_url = "http://localhost/a", cancel_url = "http://localhost/b", customer = "cus_other" });

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["customer"]);
    }

    [Fact]
    public async Task Only_an_owner_buys_and_manages()
    {
        var ada = await Person.SignUpAsync(rig);
        var trader = await ada.InviteAsync(rig, "trader");

        (await trader.PostAsync("/api/billing/checkout", BillingRig.Wish())).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await trader.PostAsync("/api/billing/portal")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await trader.GetAsync("/api/billing/usage")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_portal_is_that_of_the_own_customer_and_there_is_no_second_subscription()
    {
        var ada = await Person.SignUpAsync(rig);
        (await ada.PostAsync("/api/billing/portal")).Code.ShouldBe("billing.no_customer");
        await rig.BuyAsync(ada);
        var customer =
            await rig.ScalarAsync<string>($"select stripe_customer_id from billing.billing_status where tenant_id = '{ada.TenantId}'");

        (await ada.PostAsync("/api/billing/portal")).Text("url").ShouldEndWith(customer!);
        (await ada.PostAsync("/api/billing/portal", new { return_url = "https://evil.example" })).Fields.ShouldBe(["return_url"]);
        (await ada.PostAsync("/api/billing/checkout", BillingRig.Wish("price_elite"))).Code.ShouldBe("billing.already_subscribed");
    }

    [Fact]
    public async Task Without_a_key_it_says_so_and_the_trial_goes_on()
    {
        using var factory = rig.NewFactory(new() { ["Stripe:SecretKey"] = "", ["Stripe:WebhookSecret"] = "" });
        var ada = await Person.SignUpAsync(rig, ApiFixture.NewClient(factory));

        foreach (var path in new[] { "/api/billing/checkout", "/api/billing/portal" })
        {
            var answer = await ada.PostAsync(path, path.EndsWith("checkout", StringComparison.Ordinal) ? BillingRig.Wish() : null);
            answer.Status.ShouldBe(HttpStatusCode.Conflict);
            answer.Code.ShouldBe("billing.not_configured");
        }
        (await ada.PostAsync("/api/billing/webhook")).Code.ShouldBe("billing.not_configured");
        (await ada.GetAsync("/api/billing/status")).Json.GetProperty("configured").GetBoolean().ShouldBeFalse();
        var usage = await ada.GetAsync("/api/billing/usage");
        usage.Json.GetProperty("entries_allowed").GetBoolean().ShouldBeTrue();
        usage.Json.GetProperty("trades_limit").GetInt32().ShouldBe(100);
        usage.Json.GetProperty("trial_days_left").GetDecimal().ShouldBeInRange(2.99m, 3m);
    }

    [Fact]
    public async Task The_plans_are_those_of_the_configuration()
    {
        using var factory = rig.NewFactory(new() { ["Billing:Prices:pro"] = "price_1Real", ["Billing:Plans:pro:Price"] = "42.5",
            ["Billing:Plans:team:Price"] = "200", ["Billing:Plans:team:Brokers"] = "unlimited", ["Billing:Prices:team"] = "price_team" });
        var plans = (await (await Person.SignUpAsync(rig, ApiFixture.NewClient(factory))).GetAsync("/api/billing/plans")).Json
            .EnumerateArray().ToDictionary(plan => plan.GetProperty("plan").GetString()!);

        plans.Keys.ShouldBe(["trial", "starter", "pro", "elite", "team"]);
        plans["pro"].GetProperty("price_id").GetString().ShouldBe("price_1Real");
        plans["pro"].GetProperty("price").GetRawText().ShouldBe("42.5");
        plans["pro"].GetProperty("limits").GetRawText().ShouldBe("""{"brokers":2,"accounts_per_broker":2,"strategies":1,"trades":null}""");
        plans["trial"].GetProperty("limits").GetRawText().ShouldBe("""{"brokers":1,"accounts_per_broker":1,"strategies":0,"trades":100}""");
        plans["team"].GetProperty("limits").GetProperty("brokers").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
