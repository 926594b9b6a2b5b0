using System.Net;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Billing.Events;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class StripeEventTests(BillingRig rig) : IClassFixture<BillingRig>
{
    [Fact]
    [Trait("Control", "F1")]
    public async Task A_forged_a_late_and_an_unsigned_event_are_400_and_leave_nothing()
    {
        var told = FakeStripe.EventOf("customer.subscription.updated",
            new JsonObject { ["id"] = "sub_forged", ["object"] = "subscription" });
        var payload = told.ToJsonString();
        var good = await (await StripeOracle.GetAsync()).SignAsync(payload, BillingRig.Secret, DateTimeOffset.UtcNow);

        foreach (var answer in new[]
        {
            await rig.SendAsync(told, secret: "whsec_forger"),
            await rig.SendAsync(told, age: TimeSpan.FromSeconds(310)),
            await rig.SendAsync(told, age: TimeSpan.FromDays(-1)),
            await rig.SendAsync(payload, header: null),
            await rig.SendAsync(payload, header: ""),
            await rig.SendAsync(payload.Replace("sub_forged", "sub_other"), good),
            await rig.SendAsync(payload + " ", good),
        })
        {
            answer.Status.ShouldBe(HttpStatusCode.BadRequest);
            answer.Code.ShouldBe("billing.bad_signature");
        }
        (await rig.ScalarAsync<long>($"select count(*) from billing.stripe_events where id = '{(string)told["id"]!}'")).ShouldBe(0);
        (await rig.ScalarAsync<long>("select count(*) from billing.subscriptions where id in ('sub_forged', 'sub_other')")).ShouldBe(0);
        (await rig.SendAsync(payload, good)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1","object":"v2.core.event","type":"v2.core.account.updated"}""")]
    [InlineData("""{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":"sub_1"}}""")]
    [InlineData("""{"id":"evt_1","object":"event","type":"\ud800","data":{"object":{"id":"sub_1","object":"subscription"}}}""")]
    [InlineData("""{"id":"\ud800","object":"event","type":"invoice.paid","data":{"object":{"id":"sub_1","object":"subscription"}}}""")]
    public async Task What_is_no_event_is_400_even_if_stripe_signed_it(string payload)
    {
        var answer = await rig.SendAsync(payload,
            await (await StripeOracle.GetAsync()).SignAsync(payload, BillingRig.Secret, DateTimeOffset.UtcNow));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Code.ShouldBe("billing.bad_event");
    }

    [Fact]
    public async Task A_body_over_a_mebibyte_is_413()
    {
        var payload = new string('x', (1 << 20) + 1);

        (await rig.SendAsync(payload, "t=1,v1=aa")).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    [Trait("Control", "F1")]
    public async Task An_event_of_the_other_mode_is_refused()
    {
        var about = new JsonObject { ["id"] = "sub_mixed", ["object"] = "subscription" };

        (await rig.SendAsync(FakeStripe.EventOf("customer.subscription.updated", about, live: true))).Code.ShouldBe("billing.bad_event");

        (await rig.ScalarAsync<long>("select count(*) from billing.subscriptions where id = 'sub_mixed'")).ShouldBe(0);
    }

    [Theory]
    [InlineData("2027-03-01.fern")]
    [InlineData("2024-06-20")]
    public async Task Who_paid_gets_the_plan_whatever_version_the_event_is_of(string version)
    {
        var ada = await Person.SignUpAsync(rig);
        var session = await rig.CheckOutAsync(ada);
        rig.Stripe.Pay(session);

        (await rig.SendAsync(FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session), version: version))).Status
            .ShouldBe(HttpStatusCode.OK);

        await rig.PlanIsAsync(ada, "pro", "active");
    }

    [Fact]
    public async Task An_event_of_another_version_is_found_in_the_list_too()
    {
        var ada = await Person.SignUpAsync(rig);
        var session = await rig.CheckOutAsync(ada);
        rig.Stripe.Pay(session);
        // Only by this event: the list of subscriptions by customer is not looked at again today.
        await rig.ExecuteAsync($"update billing.billing_status set reread_at = now() where tenant_id = '{ada.TenantId}'");
        rig.Stripe.Events.Enqueue(FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session),
            version: "2027-03-01.fern"));

        await rig.Service<CatchUp>().RunOnceAsync(CancellationToken.None);

        await rig.PlanIsAsync(ada, "pro", "active");
    }

    [Fact]
    public async Task An_event_in_a_shape_of_another_version_wakes_and_hides_no_other()
    {
        var (ada, bob) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        foreach (var person in new[] { ada, bob })
        {
            var session = await rig.CheckOutAsync(person);
            rig.Stripe.Pay(session);
            await rig.ExecuteAsync($"update billing.billing_status set reread_at = now() where tenant_id = '{person.TenantId}'");
            var told = FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session), version: "2031-03-01.holly");
            // Members that are of another kind now.
            told["created"] = "2031-03-01T00:00:00Z";
            told["data"]!["object"]!["line_items"] = 5;
            told["data"]!["object"]!["metadata"] = new JsonArray();
            if (person == ada) (await rig.SendAsync(told)).Status.ShouldBe(HttpStatusCode.OK);
            else rig.Stripe.Events.Enqueue(told);
        }

        await rig.Service<CatchUp>().RunOnceAsync(CancellationToken.None);

        await rig.PlanIsAsync(ada, "pro", "active");
        await rig.PlanIsAsync(bob, "pro", "active");
    }

    [Fact]
    public async Task Events_that_were_put_aside_before_are_taken_by_the_update()
    {
        var ada = await Person.SignUpAsync(rig);
        var subscription = rig.Stripe.Pay(await rig.CheckOutAsync(ada));
        await rig.ExecuteAsync($"""
            alter table billing.stripe_events drop constraint stripe_events_state_check;
            insert into billing.stripe_events (id, type, api_version, livemode, created, subscription_id, state)
                values ('evt_parked', 'customer.subscription.created', '2027-03-01.fern', false, now(), '{subscription}', 'parked');
            alter table billing.stripe_events add constraint stripe_events_state_check check (state in ('taken', 'ignored', 'parked'));
            delete from public.schema_migrations where module = 'Billing' and file = '0003_no_event_is_parked.sql'
            """);

        await rig.Platform.Migrator.RunAsync(CancellationToken.None);

        await rig.PlanIsAsync(ada, "pro", "active");
        (await rig.ScalarAsync<string>("select state from billing.stripe_events where id = 'evt_parked'")).ShouldBe("taken");
    }

    [Theory]
    [InlineData("charge.succeeded")]
    [InlineData("customer.subscription.invented_later")]
    public async Task An_event_of_a_kind_that_is_not_ours_is_200_and_ignored(string type)
    {
        var told = FakeStripe.EventOf(type, new JsonObject { ["id"] = "ch_1", ["object"] = "charge", ["customer"] = "cus_1" });

        (await rig.SendAsync(told)).Status.ShouldBe(HttpStatusCode.OK);

        (await rig.ScalarAsync<string>($"select state from billing.stripe_events where id = '{(string)told["id"]!}'")).ShouldBe("ignored");
    }

    [Fact]
    public async Task Every_order_of_the_events_doubled_or_not_ends_the_same()
    {
        string[] types = ["checkout.session.completed", "customer.subscription.created", "customer.subscription.updated", "invoice.paid",
            "customer.subscription.deleted"];
        var orders = Permutations(types).ToList();
        var random = new Random(11);
        List<(Guid Tenant, int Round)> tenants = [];
        await Parallel.ForEachAsync(orders.Index(), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (item, _) =>
        {
            var (tenant, subscription, customer) = (Guid.CreateVersion7(), $"sub_perm{item.Index}", $"cus_perm{item.Index}");
            await rig.ExecuteAsync($"insert into tenancy.tenants (id, slug, name) values ('{tenant}', 'perm{item.Index}', 'P'); select billing.start_trial('{tenant}')");
            // Odd rounds end with a paid plan, even ones with an ended one: what counts is what Stripe shows, not which event came last.
            rig.Stripe.Put(subscription, customer, item.Index % 2 == 0 ? "canceled" : "active",
                more: one => one["metadata"] = new JsonObject { ["tenant_id"] = tenant.ToString() });
            var events = item.Item.Select(
                type => FakeStripe.EventOf(type, AboutOf(type, subscription, customer, tenant), id: $"evt_{item.Index}_{type}")).ToList();
            lock (random)
            {
                tenants.Add((tenant, item.Index));
                events.AddRange(events.Where(_ => random.Next(3) == 0).ToList());
            }
            foreach (var told in events) (await rig.SendAsync(told)).Status.ShouldBe(HttpStatusCode.OK);
        });
        await rig.QuietAsync();

        orders.Count.ShouldBe(120);
        foreach (var ends in new[] { 0, 1 })
        {
            var ids = string.Join(',', tenants.Where(one => one.Round % 2 == ends).Select(one => $"'{one.Tenant}'"));
            (await rig.ScalarAsync<string>($"select string_agg(distinct concat_ws(' ', plan, status, current_period_end at time zone 'UTC', price_id, cancel_at_period_end, trial_end is not null), ' / ') from billing.billing_status where tenant_id in ({ids})"))
                .ShouldBe(ends == 0 ? "trial canceled 2030-03-17 17:46:40 price_pro f t" : "pro active 2030-03-17 17:46:40 price_pro f t");
            (await rig.ScalarAsync<long>(
                $"select count(*) from billing.billing_status s where tenant_id in ({ids}) and stripe_customer_id = replace(stripe_subscription_id, 'sub_', 'cus_')"))
                .ShouldBe(60);
            // Told once, however many events came.
            (await rig.ScalarAsync<long>($"select count(*) from live.notifications where tenant_id in ({ids})")).ShouldBe(60);
        }
        (await rig.ScalarAsync<long>(
            "select count(*) from billing.stripe_events where id like 'evt_%checkout%' or id like 'evt_%customer.sub%' or id like 'evt_%invoice%'"))
            .ShouldBe(600);
    }

    [Fact]
    public async Task While_stripe_is_away_events_are_taken_and_applied_when_it_is_back()
    {
        var ada = await Person.SignUpAsync(rig);
        var session = await rig.CheckOutAsync(ada);
        rig.Stripe.Pay(session);
        rig.Stripe.IsDown = true;
        try
        {
            (await rig.SendAsync(FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session)))).Status
                .ShouldBe(HttpStatusCode.OK);
            (await ada.GetAsync("/api/billing/status")).Text("plan").ShouldBe("trial");
        }
        finally
        {
            rig.Stripe.IsDown = false;
        }

        await rig.PlanIsAsync(ada, "pro", "active");
    }

    [Fact]
    public async Task A_fetch_that_died_with_its_process_is_done_by_another()
    {
        var ada = await Person.SignUpAsync(rig);
        var session = await rig.CheckOutAsync(ada);
        var subscription = rig.Stripe.Pay(session);
        await rig.ExecuteAsync($"insert into billing.subscriptions (id, named_tenant, lease, lease_until) values ('{subscription}', '{ada.TenantId}', gen_random_uuid(), now() + interval '1 second')");

        await rig.PlanIsAsync(ada, "pro", "active");
    }

    [Fact]
    public async Task Events_that_never_came_are_found_in_the_list_and_lost_subscriptions_by_their_customer()
    {
        var (ada, bob) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        foreach (var person in new[] { ada, bob })
        {
            var session = await rig.CheckOutAsync(person);
            rig.Stripe.Pay(session);
            if (person == ada) rig.Stripe.Events.Enqueue(FakeStripe.EventOf("checkout.session.completed", rig.Stripe.Session(session)));
        }

        await rig.Service<CatchUp>().RunOnceAsync(CancellationToken.None);

        await rig.PlanIsAsync(ada, "pro");
        await rig.PlanIsAsync(bob, "pro");
    }

    [Fact]
    public async Task An_overdue_payment_keeps_the_plan_for_the_grace_and_a_paid_one_ends_the_matter()
    {
        var ada = await Person.SignUpAsync(rig);
        var subscription = await rig.BuyAsync(ada);

        await rig.ChangeAsync(subscription, one => one["status"] = "past_due", "invoice.payment_failed");
        await rig.PlanIsAsync(ada, "pro", "past_due");
        (await ada.GetAsync("/api/billing/usage")).Json.GetProperty("entries_allowed").GetBoolean().ShouldBeTrue();
        (await ada.GetAsync("/api/billing/status")).Text("grace_ends_at").ShouldNotBeEmpty();
        await rig.ExecuteAsync(
            $"update billing.billing_status set past_due_since = now() - interval '7 days' where tenant_id = '{ada.TenantId}'");
        (await ada.GetAsync("/api/billing/usage")).Text("block_code").ShouldBe("billing.payment_required");

        await rig.ChangeAsync(subscription, one => one["status"] = "active");
        await rig.PlanIsAsync(ada, "pro", "active");
        (await ada.GetAsync("/api/billing/usage")).Json.GetProperty("entries_allowed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task After_the_end_the_plan_is_a_trial_that_is_over_and_may_be_bought_again()
    {
        var ada = await Person.SignUpAsync(rig);
        var subscription = await rig.BuyAsync(ada);
        await rig.ChangeAsync(subscription, one => one["status"] = "canceled", "customer.subscription.deleted");
        await rig.PlanIsAsync(ada, "trial", "canceled");

        var usage = await ada.GetAsync("/api/billing/usage");
        usage.Text("block_code").ShouldBe("trial.expired");
        usage.Json.GetProperty("trial_days_left").GetDecimal().ShouldBe(0);
        await rig.BuyAsync(ada, "price_elite");
        (await ada.GetAsync("/api/billing/usage")).Json.GetProperty("entries_allowed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_state_that_nobody_knows_lets_no_entry_through()
    {
        var ada = await Person.SignUpAsync(rig);
        var subscription = await rig.BuyAsync(ada);

        await rig.ChangeAsync(subscription, one => one["status"] = "frozen");
        await rig.PlanIsAsync(ada, "pro", "frozen");

        (await ada.GetAsync("/api/billing/usage")).Text("block_code").ShouldBe("billing.unknown_state");
    }

    [Fact]
    [Trait("Control", "F2")]
    public async Task A_subscription_cannot_take_the_place_of_another_tenants()
    {
        var (ada, eve) = (await Person.SignUpAsync(rig), await Person.SignUpAsync(rig));
        await rig.BuyAsync(ada);
        var customer =
            await rig.ScalarAsync<string>($"select stripe_customer_id from billing.billing_status where tenant_id = '{ada.TenantId}'");

        // Eve's name on Ada's customer: the customer decides.
        rig.Stripe.Put("sub_named", customer!, "active", "price_elite",
            one => one["metadata"] = new JsonObject { ["tenant_id"] = eve.TenantId.ToString() });
        await rig.SendAsync(FakeStripe.EventOf("customer.subscription.created", rig.Stripe.Subscription("sub_named")));
        await rig.PlanIsAsync(ada, "elite");

        (await eve.GetAsync("/api/billing/status")).Text("plan").ShouldBe("trial");
    }

    private static JsonObject AboutOf(string type, string subscription, string customer, Guid tenant) => type.Split('.')[0] switch
    {
        "checkout" => new JsonObject { ["id"] = "cs_" + subscription, ["object"] = "checkout.session", ["subscription"] = subscription,
            ["customer"] = customer, ["client_reference_id"] = tenant.ToString() },
        "invoice" => new JsonObject { ["id"] = "in_1", ["object"] = "invoice", ["customer"] = customer, ["parent"] = new JsonObject
        {
            ["type"] = "subscription_details", ["subscription_details"] = new JsonObject { ["subscription"] = subscription }
        } },
        _ => new JsonObject { ["id"] = subscription, ["object"] = "subscription", ["customer"] = customer, ["status"] = "active" },
    };

    private static IEnumerable<string[]> Permutations(string[] items) => items.Length == 1
        ? [items]
        : items.Index().SelectMany(first => Permutations([.. items.Index().Where(other => other.Index != first.Index)
            .Select(other => other.Item)]).Select(rest => (string[])[first.Item, .. rest]));
}
