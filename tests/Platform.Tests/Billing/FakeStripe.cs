using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace TradeFlow.Platform.Tests.Billing;

/// <summary>A call as it arrived: the query and the body decoded, in their order.</summary>
internal sealed record StripeCallSeen(
    string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, IReadOnlyList<KeyValuePair<string, string>> Form,
    IReadOnlyDictionary<string, string> Headers)
{
    public string? Value(string name) => Form.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();
}

/// <summary>
/// Stripe as far as we use it, by its documents: form bodies, the pinned version, idempotency keys (a stored answer is replayed, other
/// parameters are refused, two at once conflict), customers, Checkout sessions, subscriptions, events. <see cref="Faults"/> go wrong one
/// request after the other.
/// </summary>
internal sealed class FakeStripe : IAsyncDisposable
{
    public const string Key = "sk_test_fake";
    private readonly ConcurrentDictionary<string, Stored> answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonObject> subscriptions = new(StringComparer.Ordinal);
    private readonly WebApplication app;
    private int made;

    private FakeStripe(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();
    public ConcurrentQueue<StripeCallSeen> Calls { get; } = new();

    /// <summary>
    /// For the next requests that create something: a status such as <c>503</c>, <c>retry</c> (a 500 that asks for a repeat), <c>reset</c>
    /// (before anything happened), <c>lost</c> (it happened, the answer is lost), <c>silent</c> (it happened, the answer never comes),
    /// <c>stored-500</c>, or text that stands in the answer's place (it happened).
    /// </summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public ConcurrentQueue<JsonObject> Events { get; } = new();
    public int Customers { get; private set; }
    public ICollection<JsonObject> Sessions => sessions.Values;

    /// <summary>Answers nothing but 503 while it is set.</summary>
    public bool IsDown { get; set; }

    public static async Task<FakeStripe> StartAsync()
    {
        // Empty: no configuration files to watch.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var fake = new FakeStripe(builder.Build());
        fake.app.Run(fake.HandleAsync);
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>A subscription as it is from now on.</summary>
    public void Put(string id, string customer, string status, string? price = "price_pro", Action<JsonObject>? more = null)
    {
        var subscription = new JsonObject
        {
            ["id"] = id, ["object"] = "subscription", ["status"] = status, ["customer"] = customer, ["livemode"] = false,
            ["cancel_at_period_end"] = false, ["created"] = 1_800_000_000, ["start_date"] = 1_800_000_000, ["metadata"] = new JsonObject(),
            ["latest_invoice"] = "in_1",
            ["items"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["id"] = "si_1", ["quantity"] = 1,
                ["current_period_end"] = 1_900_000_000, ["price"] = new JsonObject { ["id"] = price, ["lookup_key"] = null } }) },
        };
        more?.Invoke(subscription);
        subscriptions[id] = subscription;
    }

    /// <summary>What the customer does on the hosted page.</summary>
    public string Pay(string session)
    {
        var paid = sessions[session];
        var id = $"sub_{Interlocked.Increment(ref made)}";
        Put(id, (string)paid["customer"]!, "active", (string)paid["price"]!,
            one => one["metadata"] = paid["subscription_metadata"]!.DeepClone());
        paid["status"] = "complete";
        paid["subscription"] = id;
        return id;
    }

    /// <summary>An event around one of its objects.</summary>
    public static JsonObject EventOf(
        string type, JsonObject about, string? id = null, string? version = "2026-10-28.endive", bool live = false) => new()
        {
            ["id"] = id ?? $"evt_{Guid.NewGuid():N}", ["object"] = "event", ["api_version"] = version,
            ["created"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), ["livemode"] = live, ["pending_webhooks"] = 1, ["request"] = null,
            ["type"] = type, ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        };

    public JsonObject Session(string id) => sessions[id];

    public JsonObject Subscription(string id) => subscriptions[id];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        Calls.Enqueue(new StripeCallSeen(http.Request.Method, http.Request.Path, Pairs(http.Request.QueryString.Value?.TrimStart('?')),
            Pairs(body), http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
        if (IsDown)
        {
            await ErrorAsync(http, 503, "api_error", "down");
            return;
        }
        var fault = http.Request.Method == "POST" && !http.Request.Path.Value!.EndsWith("/expire", StringComparison.Ordinal)
            && Faults.TryDequeue(out var next) ? next : null;
        if (fault == "reset")
        {
            http.Abort();
            return;
        }
        if (fault == "retry" || int.TryParse(fault, out _))
        {
            if (fault == "retry") http.Response.Headers["Stripe-Should-Retry"] = "true";
            await ErrorAsync(http, fault == "retry" ? 500 : int.Parse(fault!),
                fault == "409" ? "idempotency_key_in_use" : "api_error", "fault");
            return;
        }
        if (http.Request.Headers.Authorization != $"Bearer {Key}")
        {
            await ErrorAsync(http, 401, "invalid_request_error", "Invalid API Key provided");
            return;
        }
        var stored = http.Request.Method == "POST" ? Replayed(http, body, fault) : Answer(http, body);
        if (fault == "lost")
        {
            http.Abort();
            return;
        }
        if (fault == "silent") await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        if (fault is { Length: > 0 } and not "stored-500") stored = stored with { Json = fault };
        http.Response.StatusCode = stored.Status;
        http.Response.ContentType = "application/json";
        http.Response.Headers["Request-Id"] = $"req_{Guid.NewGuid():N}";
        await http.Response.WriteAsync(stored.Json);
    }

    private Stored Replayed(HttpContext http, string body, string? fault)
    {
        if (http.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key) return Answer(http, body);
        lock (answers)
        {
            if (answers.TryGetValue(key, out var first))
            {
                if (first.Body != body) return new Stored(body, 400,
                    """{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters they were first used with."}}""");
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return first;
            }
            var answer = fault == "stored-500"
                ? new Stored(body, 500, """{"error":{"type":"api_error","message":"stored"}}""") : Answer(http, body);
            // What was refused before anything began is not kept.
            if (answer.Status is < 400 or >= 500) answers[key] = answer;
            return answer;
        }
    }

    private Stored Answer(HttpContext http, string body)
    {
        var form = Pairs(body);
        switch (http.Request.Method, http.Request.Path.Value!.Split('/')[2..])
        {
            case ("POST", ["customers"]):
                Customers++;
                return Ok(body, new JsonObject { ["id"] = $"cus_{Guid.NewGuid():N}", ["object"] = "customer", ["livemode"] = false });
            case ("POST", ["checkout", "sessions"]):
                if (form.All(pair => pair.Key != "success_url") || form.All(pair => pair.Key != "customer"))
                    return Bad(body, "Missing required param.");
                if (Number(form, "subscription_data[trial_end]") is { } end && end < DateTimeOffset.UtcNow.AddHours(48).ToUnixTimeSeconds())
                    return Bad(body, "The `trial_end` date has to be at least 2 days in the future.");
                var id = $"cs_test_{Guid.NewGuid():N}";
                var session = new JsonObject
                {
                    ["id"] = id, ["object"] = "checkout.session", ["status"] = "open", ["payment_status"] = "unpaid",
                    ["customer"] = Text(form, "customer"), ["livemode"] = false,
                    ["client_reference_id"] = Text(form, "client_reference_id"), ["url"] = $"https://checkout.stripe.com/c/pay/{id}",
                    ["subscription"] = null, ["price"] = Text(form, "line_items[0][price]"),
                    ["subscription_metadata"] = Map(form, "subscription_data[metadata]["), ["metadata"] = Map(form, "metadata["),
                };
                sessions[id] = session;
                return Ok(body, session);
            case ("GET", ["checkout", "sessions", var wanted]):
                return sessions.TryGetValue(wanted, out var found) ? Ok(body, found) : Missing(body);
            case ("POST", ["checkout", "sessions", var ending, "expire"]):
                if (!sessions.TryGetValue(ending, out var ended)) return Missing(body);
                if ((string?)ended["status"] != "open")
                    return Bad(body, "Only Checkout Sessions with a status in [\"open\"] can be expired.");
                ended["status"] = "expired";
                return Ok(body, ended);
            case ("POST", ["billing_portal", "sessions"]):
                return Ok(body, new JsonObject { ["id"] = "bps_1", ["object"] = "billing_portal.session",
                    ["url"] = $"https://billing.stripe.com/p/session/{Text(form, "customer")}" });
            case ("GET", ["subscriptions", var wanted]):
                return subscriptions.TryGetValue(wanted, out var subscription) ? Ok(body, subscription) : Missing(body);
            case ("POST", ["subscriptions", var wanted]):
                if (!subscriptions.TryGetValue(wanted, out var changed)) return Missing(body);
                if (Pairs(body).FirstOrDefault(pair => pair.Key == "cancel_at_period_end").Value is { } ends)
                    changed["cancel_at_period_end"] = ends == "true";
                return Ok(body, changed);
            case ("DELETE", ["subscriptions", var wanted]):
                if (!subscriptions.TryGetValue(wanted, out var gone)) return Missing(body);
                gone["status"] = "canceled";
                return Ok(body, gone);
            case ("GET", ["subscriptions"]):
                var of = http.Request.Query["customer"].ToString();
                return Ok(body, List(subscriptions.Values.Where(one => (string?)one["customer"] == of)));
            case ("GET", ["events"]):
                return Ok(body, List(Events.Reverse()));
            default:
                return Missing(body);
        }
    }

    private static JsonObject List(IEnumerable<JsonObject> items) =>
        new() { ["object"] = "list", ["has_more"] = false, ["data"] = new JsonArray([.. items.Select(item => item.DeepClone())]) };

    private static Stored Ok(string body, JsonObject json) => new(body, 200, json.ToJsonString());

    private static Stored Bad(string body, string words) => new(body, 400,
        new JsonObject { ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["message"] = words } }.ToJsonString());

    private static Stored Missing(string body) =>
        new(body, 404, """{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing"}}""");

    private static async Task ErrorAsync(HttpContext http, int status, string code, string words)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new { error = new { type = code, code, message = words } }));
    }

    private static List<KeyValuePair<string, string>> Pairs(string? text) =>
        string.IsNullOrEmpty(text) ? [] : [.. text.Split('&').Select(pair => pair.Split('=', 2))
            .Select(pair => new KeyValuePair<string, string>(Decode(pair[0]), Decode(pair[1])))];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string? Text(List<KeyValuePair<string, string>> form, string name) =>
        form.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    private static long? Number(List<KeyValuePair<string, string>> form, string name) =>
        Text(form, name) is { } text ? long.Parse(text) : null;

    private static JsonObject Map(List<KeyValuePair<string, string>> form, string head) =>
        new(form.Where(pair => pair.Key.StartsWith(head, StringComparison.Ordinal))
            .Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key[head.Length..^1], pair.Value)));

    private sealed record Stored(string Body, int Status, string Json);
}
