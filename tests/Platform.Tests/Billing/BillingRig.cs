using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Billing;

/// <summary>The real Api with a Stripe of ours, whose events the official library signs.</summary>
public sealed class BillingRig : WebhookRig
{
    public const string Secret = "whsec_rig";

    internal FakeStripe Stripe { get; private set; } = null!; // set in InitializeAsync, before any test

    protected override Dictionary<string, string?> More => new(base.More)
    {
        ["Stripe:SecretKey"] = FakeStripe.Key, ["Stripe:WebhookSecret"] = Secret, ["Stripe:ApiBase"] = Stripe.Address,
        ["Billing:AllowedOrigins"] = "https://app.example.com",
    };

    protected override async Task PrepareAsync() => Stripe = await FakeStripe.StartAsync();

    protected override async Task CleanUpAsync() => await Stripe.DisposeAsync();

    internal static object Wish(string price = "price_pro") => new
    {
        price_id = price, success_url = "http://localhost/billing?done={CHECKOUT_SESSION_ID}", cancel_url = "http://localhost/billing"
    };

    /// <summary>Opens a Checkout and answers the session's id.</summary>
    internal async Task<string> CheckOutAsync(Person person, string price = "price_pro")
    {
        var answer = await person.PostAsync("/api/billing/checkout", Wish(price));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        return answer.Text("url").Split('/')[^1];
    }

    /// <summary>Buys a plan and waits until it is there.</summary>
    internal async Task<string> BuyAsync(Person person, string price = "price_pro")
    {
        var session = await CheckOutAsync(person, price);
        var subscription = Stripe.Pay(session);
        (await SendAsync(FakeStripe.EventOf("checkout.session.completed", Stripe.Session(session)))).Status.ShouldBe(HttpStatusCode.OK);
        await PlanIsAsync(person, price["price_".Length..]);
        return subscription;
    }

    internal async Task ChangeAsync(string subscription, Action<JsonObject> change, string type = "customer.subscription.updated")
    {
        var json = Stripe.Subscription(subscription);
        change(json);
        (await SendAsync(FakeStripe.EventOf(type, json))).Status.ShouldBe(HttpStatusCode.OK);
    }

    internal async Task<Answer> SendAsync(JsonObject told, string secret = Secret, TimeSpan? age = null)
    {
        var payload = told.ToJsonString();
        return await SendAsync(payload,
            await (await StripeOracle.GetAsync()).SignAsync(payload, secret, DateTimeOffset.UtcNow - (age ?? TimeSpan.Zero)));
    }

    internal async Task<Answer> SendAsync(string payload, string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post,
            "/api/billing/webhook") { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
        if (header is not null) request.Headers.TryAddWithoutValidation("Stripe-Signature", header);
        using var http = NewClient();
        var message = await http.SendAsync(request);
        var text = await message.Content.ReadAsStringAsync();
        return new Answer(message.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default, message);
    }

    internal Task PlanIsAsync(Person person, string plan, string? status = null) => Eventually.True(async () =>
    {
        var answer = await person.GetAsync("/api/billing/status");
        return answer.Text("plan") == plan && (status is null || answer.Text("status") == status);
    }, TimeSpan.FromSeconds(15), $"plan {plan} {status}");

    /// <summary>Nothing is marked for a fetch any more.</summary>
    internal Task QuietAsync() =>
        Eventually.True(async () => await ScalarAsync<long>("select count(*) from billing.subscriptions where wanted > seen") == 0,
            TimeSpan.FromSeconds(30), "all is fetched");

    internal Task<Entitlement> EntitlementAsync(Person person) =>
        Service<Entitlements>().FindAsync(new TenantId(person.TenantId), CancellationToken.None);
}
