using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stripe;
using Stripe.Checkout;
using PortalSession = Stripe.BillingPortal.Session;
using PortalSessionCreateOptions = Stripe.BillingPortal.SessionCreateOptions;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// The calls that we make, by Stripe's own library (docs/adr/0013). It never repeats one by itself: who asked decides, with the key that is
/// in our database. Whatever it throws becomes one of three results.
/// </summary>
internal sealed partial class StripeApi : IDisposable
{
    private const int LargestAnswer = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly TimeProvider clock;
    private readonly ILogger<StripeApi> log;
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(4),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    })
    { MaxResponseContentBufferSize = LargestAnswer, Timeout = Timeout.InfiniteTimeSpan };

    private readonly Lazy<StripeClient> client;

    public StripeApi(StripeOptions options, TimeProvider clock, ILogger<StripeApi> log)
    {
        (this.clock, this.log) = (clock, log);
        client = new Lazy<StripeClient>(() => new StripeClient(
            options.SecretKey ?? throw new InvalidOperationException("Stripe:SecretKey is not set."),
            httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
            apiBase: options.ApiBase.AbsoluteUri.TrimEnd('/')));
    }

    public Task<StripeResult<Customer>> CreateCustomerAsync(StripeCall call, CancellationToken ct) =>
        AskAsync("create a customer",
            (stripe, turn) => stripe.V1.Customers.CreateAsync(call.Options<CustomerCreateOptions>(), Keyed(call.Key), turn), ct);

    public Task<StripeResult<Session>> CreateCheckoutAsync(StripeCall call, CancellationToken ct) =>
        AskAsync("open a Checkout",
            (stripe, turn) => stripe.V1.Checkout.Sessions.CreateAsync(call.Options<SessionCreateOptions>(), Keyed(call.Key), turn), ct);

    /// <summary>Ends a session that is open, so that it cannot be paid any more.</summary>
    public Task<StripeResult<Session>> ExpireCheckoutAsync(string session, CancellationToken ct) =>
        AskAsync("expire a Checkout",
            (stripe, turn) => stripe.V1.Checkout.Sessions.ExpireAsync(session, null, Keyed("expire:" + session), turn), ct);

    public Task<StripeResult<PortalSession>> CreatePortalAsync(
        string customer, string returnUrl, string key, CancellationToken ct) => AskAsync(
            "open the portal",
            (stripe, turn) => stripe.V1.BillingPortal.Sessions.CreateAsync(
                new PortalSessionCreateOptions { Customer = customer, ReturnUrl = returnUrl }, Keyed(key), turn), ct);

    public Task<StripeResult<Session>> GetCheckoutAsync(string session, CancellationToken ct) =>
        AskAsync("show a Checkout", (stripe, turn) => stripe.V1.Checkout.Sessions.GetAsync(session, cancellationToken: turn), ct);

    public Task<StripeResult<Subscription>> GetSubscriptionAsync(string subscription, CancellationToken ct) =>
        AskAsync("show a subscription", (stripe, turn) => stripe.V1.Subscriptions.GetAsync(subscription, cancellationToken: turn), ct);

    /// <summary>It ends with the period that is paid, or goes on after all. The same wish again changes nothing.</summary>
    public Task<StripeResult<Subscription>> EndWithPeriodAsync(string subscription, bool ends, CancellationToken ct) =>
        AskAsync("end a subscription with its period", (stripe, turn) =>
            stripe.V1.Subscriptions.UpdateAsync(subscription, new SubscriptionUpdateOptions { CancelAtPeriodEnd = ends }, null, turn), ct);

    /// <summary>It ends now.</summary>
    public Task<StripeResult<Subscription>> CancelSubscriptionAsync(string subscription, CancellationToken ct) =>
        AskAsync("cancel a subscription", (stripe, turn) => stripe.V1.Subscriptions.CancelAsync(subscription, null, null, turn), ct);

    /// <summary>All of a customer, ended ones too.</summary>
    public Task<StripeResult<StripeList<Subscription>>> ListSubscriptionsAsync(string customer, CancellationToken ct) => AskAsync(
        "list subscriptions",
        (stripe, turn) => stripe.V1.Subscriptions.ListAsync(
            new SubscriptionListOptions { Customer = customer, Status = "all", Limit = 100 }, cancellationToken: turn), ct);

    /// <summary>
    /// Events of the last 30 days, the newest first. Read by us: what an event is about is written in the version of its day, and one that
    /// the library cannot read would hide all others.
    /// </summary>
    public Task<StripeResult<StripeEventPage>> ListEventsAsync(
        IEnumerable<string> types, DateTimeOffset since, string? startingAfter, CancellationToken ct)
    {
        List<KeyValuePair<string, string?>> query =
            [.. types.Select((type, index) => KeyValuePair.Create($"types[{index}]", (string?)type))];
        query.Add(new("created[gte]", $"{since.ToUnixTimeSeconds()}"));
        query.Add(new("limit", "100"));
        if (startingAfter is not null) query.Add(new("starting_after", startingAfter));
        return AskAsync("list events", async (stripe, turn) =>
            StripeEventPage.Read((await stripe.RawRequestAsync(HttpMethod.Get, "/v1/events" + QueryString.Create(query),
                cancellationToken: turn)).Content), ct);
    }

    public void Dispose() => http.Dispose();

    private static RequestOptions Keyed(string key) => new() { IdempotencyKey = key };

    private async Task<StripeResult<T>> AskAsync<T>(string what, Func<StripeClient, CancellationToken, Task<T>> call, CancellationToken ct)
    {
        var stripe = client.Value;
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            return new StripeResult<T>.Done(await call(stripe, both.Token));
        }
        catch (StripeException e)
        {
            return Of<T>(what, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new StripeResult<T>.Unavailable("no answer in time");
        }
        catch (HttpRequestException e)
        {
            return new StripeResult<T>.Unavailable($"no answer ({e.HttpRequestError})");
        }
        // The library throws many things over JSON that it did not expect. The call has been made, and may have done its work.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogUnreadable(what, e);
            return new StripeResult<T>.Unavailable($"unreadable ({e.GetType().Name})");
        }
    }

    private StripeResult<T> Of<T>(string what, StripeException e)
    {
        var status = (int)e.HttpStatusCode;
        // A stored failure is told again for a day, whatever happens: only another key gets further.
        var isStored = e.StripeResponse?.Headers is { } headers && headers.TryGetValues("Idempotent-Replayed", out var replayed)
            && replayed.Contains("true");
        var isFinal = status is >= 400 and < 500 && e.HttpStatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests)
            || status >= 400 && isStored;
        if (!isFinal) return new StripeResult<T>.Unavailable(status < 400 ? $"unreadable {status}" : $"status {status}");
        var code = e.StripeError?.Code ?? e.StripeError?.Type;
        LogRefused(what, status, code, e.StripeResponse?.RequestId);
        return new StripeResult<T>.Refused(status, code);
    }

    [LoggerMessage(5001, LogLevel.Warning, "Stripe refused to {What}: {Status} {Code} (their request {RequestId})")]
    private partial void LogRefused(string what, int status, string? code, string? requestId);

    [LoggerMessage(5002, LogLevel.Error, "Asked to {What}, Stripe answered what its library cannot read")]
    private partial void LogUnreadable(string what, Exception e);
}
