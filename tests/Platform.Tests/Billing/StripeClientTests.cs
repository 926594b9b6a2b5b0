using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Billing.Stripe;

namespace TradeFlow.Platform.Tests.Billing;

public sealed class StripeClientTests : IAsyncLifetime
{
    private FakeStripe stripe = null!; // set in InitializeAsync, before any test
    private StripeClient client = null!; // the same

    public async Task InitializeAsync()
    {
        stripe = await FakeStripe.StartAsync();
        client = ClientOf(stripe.Address);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await stripe.DisposeAsync();
    }

    private static readonly Dictionary<string, Func<StripeClient, Task>> Ours = new()
    {
        ["checkout"] = client => client.CreateCheckoutAsync(new CheckoutForm
        {
            Customer = "cus_1", Reference = "7d9c1f2e-0000-4000-8000-000000000001", Price = "price_pro", SuccessUrl = "https://app.example/billing?ok={CHECKOUT_SESSION_ID}",
            CancelUrl = "https://app.example/billing", TrialEnd = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000),
            SubscriptionMetadata = [("user_id", "u-1"), ("plan", "pro")], Metadata = [("user_id", "u-1"), ("note", "a b&c=d+é")],
        }.ToString(), "golden-key", default),
        ["portal"] = client => client.CreatePortalAsync("cus_1", "https://app.example/billing", "golden-key", default),
        ["customer"] = client => client.CreateCustomerAsync(new StripeForm().Add("email", "a+b@example.com").Add("name", "Zoë O'Neil").AddMap("metadata", [("user_id", "u-1")]).ToString(), "golden-key", default),
        ["subscription_get"] = client => client.GetSubscriptionAsync("sub_1", default, "latest_invoice", "items.data.price.product"),
        ["subscription_cancel_at_end"] = client => client.PostAsync("/v1/subscriptions/sub_1", new StripeForm().Add("cancel_at_period_end", true).ToString(), "golden-key", default),
        ["subscription_clear_metadata"] = client => client.PostAsync("/v1/subscriptions/sub_1", new StripeForm().AddMap("metadata", [("a", "")]).Add("description", "").ToString(), "golden-key", default),
        ["session_get"] = client => client.GetCheckoutAsync("cs_test_1", default),
        ["events_list"] = client => client.ListEventsAsync(["invoice.paid", "customer.subscription.updated"], DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), null, default),
    };

    public static TheoryData<string> Requests => [.. Ours.Keys];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_the_one_that_the_official_client_sends(string name)
    {
        using var golden = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(StripeOracle.Folder, "official-requests.json")));
        var official = golden.RootElement.GetProperty(name);
        var headers = official.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!.Replace("sk_test_golden", FakeStripe.Key, StringComparison.Ordinal));

        await Ours[name](client);

        var seen = stripe.Calls.Single();
        var url = official.GetProperty("url").GetString()!.Split('?');
        seen.Method.ShouldBe(official.GetProperty("method").GetString());
        seen.Path.ShouldBe(url[0]);
        seen.Query.ShouldBe(Pairs(url.ElementAtOrDefault(1)));
        seen.Form.ShouldBe(Pairs(official.GetProperty("body").GetString()));
        foreach (var header in new[] { "authorization", "stripe-version", "idempotency-key", "accept" }) seen.Headers.GetValueOrDefault(header).ShouldBe(headers.GetValueOrDefault(header), header);
        if (seen.Method == "POST") seen.Headers["content-type"].ShouldBe(headers["content-type"]);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("409")]
    [InlineData("429")]
    [InlineData("reset")]
    [InlineData("lost")]
    public async Task What_may_be_repeated_is_repeated_with_the_same_key_and_makes_one_object(string fault)
    {
        stripe.Faults.Enqueue(fault);

        var result = await client.CreateCustomerAsync("email=a%40b.example", "key-1", default);

        result.ShouldBeOfType<StripeResult.Done>();
        stripe.Calls.Select(call => call.Headers["idempotency-key"]).ShouldBe(["key-1", "key-1"]);
        stripe.Customers.ShouldBe(1);
    }

    [Fact]
    public async Task Stripe_may_forbid_a_repeat()
    {
        stripe.Faults.Enqueue("no-retry");

        (await client.CreateCustomerAsync("email=a", "key-2", default)).ShouldBeOfType<StripeResult.Unavailable>();

        stripe.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stored_failure_is_an_answer_and_not_worth_the_same_key_again()
    {
        stripe.Faults.Enqueue("stored-500");

        (await client.CreateCustomerAsync("email=a", "key-3", default)).ShouldBeOfType<StripeResult.Refused>().Status.ShouldBe(500);

        stripe.Customers.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused_and_not_repeated()
    {
        await client.CreateCustomerAsync("email=a", "key-4", default);

        var refused = (await client.CreateCustomerAsync("email=b", "key-4", default)).ShouldBeOfType<StripeResult.Refused>();

        refused.Code.ShouldBe("idempotency_error");
        stripe.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_anybody_there_it_is_no_refusal()
    {
        using var alone = ClientOf("http://127.0.0.1:9");

        (await alone.GetSubscriptionAsync("sub_1", default)).ShouldBeOfType<StripeResult.Unavailable>();
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
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Path, setting.Value))).Build(),
        new HostingEnvironment { EnvironmentName = environment });

    private static StripeClient ClientOf(string address) =>
        new(OptionsOf("Development", ("Stripe:SecretKey", FakeStripe.Key), ("Stripe:ApiBase", address)), TimeProvider.System, NullLogger<StripeClient>.Instance);

    private static List<KeyValuePair<string, string>> Pairs(string? text) =>
        string.IsNullOrEmpty(text) ? [] : [.. text.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => new KeyValuePair<string, string>(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])))];
}
