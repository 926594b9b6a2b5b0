using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// The calls that we make, in the version that we read (docs/adr/0013). Repeats only what Stripe says may be repeated, and always with the same idempotency key, which makes a repeat
/// find the first answer.
/// </summary>
internal sealed partial class StripeClient : IDisposable
{
    private const int MostAttempts = 3;
    private const int LargestAnswer = 8 << 20;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly StripeOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<StripeClient> log;
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(4),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    });

    public StripeClient(StripeOptions options, TimeProvider clock, ILogger<StripeClient> log) => (this.options, this.clock, this.log) = (options, clock, log);

    public Task<StripeResult> CreateCustomerAsync(string form, string key, CancellationToken ct) => PostAsync("/v1/customers", form, key, ct);

    public Task<StripeResult> CreateCheckoutAsync(string form, string key, CancellationToken ct) => PostAsync("/v1/checkout/sessions", form, key, ct);

    /// <summary>Ends a session that is open, so that it cannot be paid any more.</summary>
    public Task<StripeResult> ExpireCheckoutAsync(string session, CancellationToken ct) => PostAsync($"/v1/checkout/sessions/{Uri.EscapeDataString(session)}/expire", "", "expire:" + session, ct);

    public Task<StripeResult> CreatePortalAsync(string customer, string returnUrl, string key, CancellationToken ct) =>
        PostAsync("/v1/billing_portal/sessions", new StripeForm().Add("customer", customer).Add("return_url", returnUrl).ToString(), key, ct);

    public Task<StripeResult> GetCheckoutAsync(string session, CancellationToken ct) => GetAsync("/v1/checkout/sessions/" + Uri.EscapeDataString(session), null, ct);

    public Task<StripeResult> GetSubscriptionAsync(string subscription, CancellationToken ct, params string[] expand) =>
        GetAsync("/v1/subscriptions/" + Uri.EscapeDataString(subscription), expand.Length == 0 ? null : new StripeForm().AddList("expand", expand), ct);

    /// <summary>All of a customer, ended ones too.</summary>
    public Task<StripeResult> ListSubscriptionsAsync(string customer, CancellationToken ct) =>
        GetAsync("/v1/subscriptions", new StripeForm().Add("customer", customer).Add("status", "all").Add("limit", 100), ct);

    /// <summary>Events of the last 30 days, the newest first.</summary>
    public Task<StripeResult> ListEventsAsync(IEnumerable<string> types, DateTimeOffset since, string? startingAfter, CancellationToken ct) =>
        GetAsync("/v1/events", new StripeForm().AddList("types", types).Add("created[gte]", since).Add("limit", 100).Add("starting_after", startingAfter), ct);

    public Task<StripeResult> GetAsync(string path, StripeForm? query, CancellationToken ct) => SendAsync(HttpMethod.Get, query is null ? path : $"{path}?{query}", null, null, ct);

    public Task<StripeResult> PostAsync(string path, string form, string key, CancellationToken ct) => SendAsync(HttpMethod.Post, path, form, key, ct);

    public void Dispose() => http.Dispose();

    private async Task<StripeResult> SendAsync(HttpMethod method, string path, string? form, string? key, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (result, mayRepeat, wait) = await AttemptAsync(method, path, form, key, ct);
            if (result is StripeResult.Refused refused) LogRefused(method.Method, PathOf(path), refused.Status, refused.Code, refused.RequestId);
            if (!mayRepeat || attempt == MostAttempts) return result;
            await Task.Delay(wait ?? DelayBefore(attempt), clock, ct);
        }
    }

    private async Task<(StripeResult Result, bool MayRepeat, TimeSpan? Wait)> AttemptAsync(HttpMethod method, string path, string? form, string? key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.ApiBase.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.SecretKey ?? throw new InvalidOperationException("Stripe:SecretKey is not set."));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("Stripe-Version", StripeOptions.ApiVersion);
        request.Headers.UserAgent.ParseAdd("TradeFlow/1.0");
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (form is not null) request.Content = new StringContent(form, Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var deadline = new CancellationTokenSource(AttemptTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        try
        {
            using var response = await http.SendAsync(request, both.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, both.Token);
            return Read(response, await response.Content.ReadAsByteArrayAsync(both.Token));
        }
        catch (HttpRequestException e)
        {
            return (new StripeResult.Unavailable($"no answer ({e.HttpRequestError})"), true, null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (new StripeResult.Unavailable("no answer in time"), true, null);
        }
    }

    private static (StripeResult Result, bool MayRepeat, TimeSpan? Wait) Read(HttpResponseMessage response, byte[] content)
    {
        var status = (int)response.StatusCode;
        var body = Parse(content);
        if (status is >= 200 and < 300)
            return body is { ValueKind: JsonValueKind.Object } done ? (new StripeResult.Done(done), false, null) : (new StripeResult.Unavailable($"unreadable {status}"), true, null);

        var mayRepeat = Header(response, "Stripe-Should-Retry") switch { "true" => true, "false" => false, _ => status is 409 or 429 or >= 500 };
        // A stored failure is told again for a day, whatever happens: only another key gets further.
        var isStored = Header(response, "Idempotent-Replayed") == "true";
        if (status >= 500 && !isStored || mayRepeat && !isStored)
            return (new StripeResult.Unavailable($"status {status}"), mayRepeat, response.Headers.RetryAfter?.Delta is { } asked && asked <= LongestDelay ? asked : null);
        var error = body is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return (new StripeResult.Refused(status, error.Text("code") ?? error.Text("type"), error.Text("message") ?? $"Stripe answered {status}.", Header(response, "Request-Id")), false, null);
    }

    private static JsonElement? Parse(byte[] content)
    {
        try
        {
            return JsonElement.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // Half of it is chance, so that many who wait do not come back together.
    private static TimeSpan DelayBefore(int attempt)
    {
        var longest = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << (attempt - 1)));
        return longest * (0.5 + Random.Shared.NextDouble() / 2);
    }

    private static string PathOf(string path) => path.Split('?')[0];

    [LoggerMessage(5001, LogLevel.Warning, "Stripe refused {Method} {Path}: {Status} {Code} (their request {RequestId})")]
    private partial void LogRefused(string method, string path, int status, string? code, string? requestId);
}
