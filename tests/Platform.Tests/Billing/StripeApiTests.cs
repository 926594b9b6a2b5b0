using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using Stripe.Checkout;
using TradeFlow.Platform.Billing.Stripe;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class StripeApiTests : IAsyncLifetime
{
    private FakeStripe stripe = null!; // set in InitializeAsync, before any test
    private StripeApi api = null!; // the same
    private readonly FakeTimeProvider clock = new();

    public async ValueTask InitializeAsync()
    {
        stripe = await FakeStripe.StartAsync();
        api = ApiOf(stripe.Address);
    }

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        await stripe.DisposeAsync();
    }

    private static readonly Dictionary<string, (string Call, object[] Args, string? Key, Func<StripeApi, Task> Ours)> Same = new()
    {
        ["checkout"] = ("checkout.sessions.create",
        [
            new
            {
                mode = "subscription", customer = "cus_1", client_reference_id = "7d9c1f2e-0000-4000-8000-000000000001",
                line_items = new[] { new { price = "price_pro", quantity = 1 } },
                success_url = "https://app.example/billing?ok={CHECKOUT_SESSION_ID}", cancel_url = "https://app.example/billing",
                allow_promotion_codes = true,
                subscription_data = new { trial_end = 1_900_000_000, metadata = new { user_id = "u-1", note = "a b&c=d+é" } },
                metadata = new { user_id = "u-1", note = "a b&c=d+é" },
            },
        ], "key", api => api.CreateCheckoutAsync(CallOf("key", new CheckoutForm
        {
            Customer = "cus_1", Reference = "7d9c1f2e-0000-4000-8000-000000000001", Price = "price_pro",
            SuccessUrl = "https://app.example/billing?ok={CHECKOUT_SESSION_ID}", CancelUrl = "https://app.example/billing",
            TrialEnd = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), Metadata = new() { ["user_id"] = "u-1", ["note"] = "a b&c=d+é" },
        }.ToOptions()), default)),
        ["portal"] = ("billingPortal.sessions.create", [new { customer = "cus_1", return_url = "https://app.example/billing" }], "key",
            api => api.CreatePortalAsync("cus_1", "https://app.example/billing", "key", default)),
        ["customer"] = ("customers.create", [new { email = "a+b@example.com", name = "Zoë O'Neil", metadata = new { user_id = "u-1" } }],
            "key", api => api.CreateCustomerAsync(CustomerOf("key", "a+b@example.com", "Zoë O'Neil"), default)),
        ["expire"] = ("checkout.sessions.expire", ["cs_1", new { }], "expire:cs_1", api => api.ExpireCheckoutAsync("cs_1", default)),
        ["session"] = ("checkout.sessions.retrieve", ["cs_1"], null, api => api.GetCheckoutAsync("cs_1", default)),
        ["subscription"] = ("subscriptions.retrieve", ["sub_1"], null, api => api.GetSubscriptionAsync("sub_1", default)),
        ["subscriptions"] = ("subscriptions.list", [new { customer = "cus_1", status = "all", limit = 100 }], null,
            api => api.ListSubscriptionsAsync("cus_1", default)),
        ["events"] = ("events.list", [new { types = new[]
        {
            "invoice.paid", "customer.subscription.updated"
        }, created = new { gte = 1_900_000_000 }, limit = 100, starting_after = "evt_1" }], null,
            api => api.ListEventsAsync(["invoice.paid", "customer.subscription.updated"], DateTimeOffset.FromUnixTimeSeconds(1_900_000_000),
                "evt_1", default)),
    };

    public static TheoryData<string> Requests => [.. Same.Keys];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_the_one_that_the_official_client_sends(string name)
    {
        var (call, args, key, ours) = Same[name];
        var official = await (await StripeOracle.GetAsync()).RequestAsync(call, args, key);
        var headers = official.GetProperty("headers").EnumerateObject()
            .ToDictionary(header => header.Name, header => header.Value.GetString());

        await ours(api);

        var seen = stripe.Calls.Single();
        var url = official.GetProperty("path").GetString()!.Split('?');
        seen.Method.ShouldBe(official.GetProperty("method").GetString());
        seen.Path.ShouldBe(url[0]);
        seen.Query.ShouldBe(Pairs(url.ElementAtOrDefault(1)), ignoreOrder: true);
        seen.Form.ShouldBe(Pairs(official.GetProperty("body").GetString()), ignoreOrder: true);
        foreach (var header in new[] { "authorization", "stripe-version", "idempotency-key" })
            seen.Headers.GetValueOrDefault(header).ShouldBe(headers.GetValueOrDefault(header), header);
        if (seen.Method == "POST") seen.Headers["content-type"].Split(';')[0].ShouldBe(headers["content-type"]);
        seen.Headers["stripe-version"].ShouldBe(StripeOptions.ApiVersion);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("409")]
    [InlineData("429")]
    [InlineData("302")]
    [InlineData("retry")]
    [InlineData("reset")]
    [InlineData("lost")]
    [InlineData("silent")]
    [InlineData("<html>Please log in</html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"id\":5}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    public async Task Whatever_becomes_of_a_call_it_reaches_stripe_once_and_again_with_the_same_key_makes_one_object(string fault)
    {
        // the connection is there: one that is kept is the one over which a request may be repeated in silence
        await api.GetSubscriptionAsync("sub_1", default);
        stripe.Faults.Enqueue(fault);
        var call = CustomerOf("key-1");

        var asked = api.CreateCustomerAsync(call, default);
        if (fault == "silent")
        {
            await Eventually.True(() => stripe.Customers == 1, TimeSpan.FromSeconds(20), "it has arrived");
            clock.Advance(TimeSpan.FromSeconds(9));
        }
        var result = await asked;

        stripe.Calls.Count(seen => seen.Method == "POST").ShouldBe(1);
        (result is StripeResult<Customer>.Unavailable or StripeResult<Customer>.Done { Value.Id: null }).ShouldBeTrue($"{result}");
        (await api.CreateCustomerAsync(call, default)).ShouldBeOfType<StripeResult<Customer>.Done>().Value.Id.ShouldStartWith("cus_");
        stripe.Calls.Where(seen => seen.Method == "POST").Select(seen => seen.Headers["idempotency-key"]).ShouldBe(["key-1", "key-1"]);
        stripe.Customers.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_none()
    {
        stripe.Faults.Enqueue($"{{\"id\":\"{new string('x', 9 << 20)}\"}}");

        (await api.CreateCustomerAsync(CustomerOf("key-1"), default)).ShouldBeOfType<StripeResult<Customer>.Unavailable>();
    }

    [Fact]
    public async Task The_options_of_a_call_are_the_same_when_they_are_read_again()
    {
        var options = new CheckoutForm
        {
            Customer = "cus_1", Reference = "ref", Price = "price_pro", SuccessUrl = "https://app.example/?ok={CHECKOUT_SESSION_ID}",
            CancelUrl = "https://app.example/é", TrialEnd = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000),
            Metadata = new() { ["b"] = "2", ["a"] = "1" },
        }.ToOptions();
        var written = CallOf("key-1", options);
        var again = CallOf("key-1", written.Options<SessionCreateOptions>());

        again.Form.ShouldBe(written.Form);
        foreach (var call in new[] { written, again }) await api.CreateCheckoutAsync(call, default);
        stripe.Calls.First().Form.ShouldBe(stripe.Calls.Last().Form);
        stripe.Sessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stored_failure_is_an_answer_and_not_worth_the_same_key_again()
    {
        stripe.Faults.Enqueue("stored-500");
        (await api.CreateCustomerAsync(CustomerOf("key-3"), default)).ShouldBeOfType<StripeResult<Customer>.Unavailable>();

        (await api.CreateCustomerAsync(CustomerOf("key-3"), default)).ShouldBeOfType<StripeResult<Customer>.Refused>().Status.ShouldBe(500);

        stripe.Customers.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused_and_not_repeated()
    {
        await api.CreateCustomerAsync(CustomerOf("key-4"), default);

        var refused = (await api.CreateCustomerAsync(CustomerOf("key-4", "b@example.com"), default))
            .ShouldBeOfType<StripeResult<Customer>.Refused>();

        refused.Code.ShouldBe("idempotency_error");
        stripe.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_anybody_there_it_is_no_refusal()
    {
        using var alone = ApiOf("http://127.0.0.1:9");

        (await alone.GetSubscriptionAsync("sub_1", default)).ShouldBeOfType<StripeResult<Subscription>.Unavailable>();
    }

    [Theory]
    [Trait("Control", "D4")]
    [InlineData("Stripe:SecretKey", "sk_live_1", "Development")]
    [InlineData("Stripe:SecretKey", "sk_test_1", "Production")]
    [InlineData("Stripe:SecretKey", "pk_test_1", "Development")]
    [InlineData("Stripe:SecretKey", " ", "Development")]
    [InlineData("Stripe:WebhookSecret", "  ", "Development")]
    [InlineData("Stripe:WebhookSecret", "whsec_a,,whsec_b", "Development")]
    [InlineData("Stripe:ApiBase", "ftp://api.stripe.com", "Development")]
    [InlineData("Stripe:ApiBase", "http://api.example.com", "Production")]
    public void A_setting_that_can_only_be_a_mistake_stops_the_start(string path, string value, string environment) =>
        Should.Throw<InvalidOperationException>(() => OptionsOf(environment, (path, value))).Message.ShouldContain(path);

    internal static StripeOptions OptionsOf(string environment, params (string Path, string Value)[] settings) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Path, setting.Value))).Build(),
        new HostingEnvironment { EnvironmentName = environment });

    private static StripeCall CallOf(string key, BaseOptions options) =>
        new(Guid.Empty, key, StripeCall.Write(options), default, null, null);

    private static StripeCall CustomerOf(string key, string email = "a@example.com", string name = "Ada") =>
        CallOf(key, new CustomerCreateOptions { Email = email, Name = name, Metadata = new() { ["user_id"] = "u-1" } });

    private StripeApi ApiOf(string address) =>
        new(OptionsOf("Development", ("Stripe:SecretKey", FakeStripe.Key), ("Stripe:ApiBase", address)), clock,
            NullLogger<StripeApi>.Instance);

    private static List<KeyValuePair<string, string>> Pairs(string? text) =>
        string.IsNullOrEmpty(text) ? [] : [.. text.Split('&').Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])))];
}
