using System.Text.Json;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>What an event is about. That it came is all that it tells: the truth is fetched.</summary>
internal sealed record StripeEvent
{
    private const int LongestId = 255;

    public static readonly IReadOnlyList<string> Types =
    [
        "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
        "checkout.session.expired", "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
        "customer.subscription.paused", "customer.subscription.resumed", "customer.subscription.trial_will_end", "invoice.paid",
        "invoice.payment_failed", "invoice.payment_action_required", "customer.deleted", "charge.dispute.created", "charge.refunded",
    ];

    public required string Id { get; init; }
    public required string Type { get; init; }
    public string? ApiVersion { get; init; }
    public required bool IsLive { get; init; }
    public required DateTimeOffset Created { get; init; }
    public string? Subscription { get; init; }
    public string? Customer { get; init; }

    /// <summary>The tenant that our Checkout session named.</summary>
    public Guid? Tenant { get; init; }

    public bool IsOurs => Types.Contains(Type) && (Subscription is not null || Customer is not null);

    /// <summary>
    /// Of our family of versions, or without one. Nothing hangs on it but a line in the log: what counts is fetched in our version.
    /// </summary>
    public bool IsOfOurVersion => ApiVersion is null || FamilyOf(ApiVersion) == FamilyOf(StripeOptions.ApiVersion);

    /// <summary>
    /// Read by us and not by the library: what an event is about is written in the version of its endpoint, of which it may not know the
    /// shape. Of that only ids are read, which stand at the same places in all versions.
    /// </summary>
    /// <returns><c>null</c> when it is no event, or one of the thin kind, which names what has changed by a link.</returns>
    public static StripeEvent? Read(JsonElement json)
    {
        if (Text(json, "object") is not ("event" or null) || IdOf(json, "id") is not { } id
            || Text(json, "type") is not { Length: > 0 and <= 100 } type)
            return null;
        if (At(json, "data", "object") is not { ValueKind: JsonValueKind.Object } about) return null;
        var kind = Text(about, "object") ?? "";
        return new StripeEvent
        {
            Id = id,
            Type = type,
            ApiVersion = Text(json, "api_version"),
            IsLive = At(json, "livemode") is { ValueKind: JsonValueKind.True },
            Created = At(json, "created") is { ValueKind: JsonValueKind.Number } time && time.TryGetInt64(out var seconds)
                && seconds is > 0 and < 253_402_300_799
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : DateTimeOffset.UnixEpoch,
            Subscription = kind switch
            {
                "subscription" => IdOf(about, "id"),
                // Under parent since 2025, directly before.
                "invoice" => IdOf(about, "parent", "subscription_details", "subscription") ?? IdOf(about, "subscription"),
                _ => IdOf(about, "subscription"),
            },
            Customer = kind == "customer" ? IdOf(about, "id") : IdOf(about, "customer"),
            Tenant = kind == "checkout.session" ? TenantOf(about, "client_reference_id") ?? TenantOf(about, "metadata", "tenant_id") : null,
        };
    }

    private static string FamilyOf(string version) =>
        version.IndexOf('.', StringComparison.Ordinal) is > 0 and var at ? version[(at + 1)..] : version;

    private static JsonElement? At(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return null;
        return json;
    }

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        try
        {
            return At(json, path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is valid JSON, and no text.
            return null;
        }
    }

    // An id, or that of the object which stands in its place when it was expanded.
    private static string? IdOf(JsonElement json, params ReadOnlySpan<string> path) =>
        At(json, path) is { ValueKind: JsonValueKind.Object } expanded
            ? IdOf(expanded, "id") : Text(json, path) is { Length: > 0 and <= LongestId } id ? id : null;

    private static Guid? TenantOf(JsonElement json, params ReadOnlySpan<string> path) =>
        Guid.TryParse(Text(json, path), out var tenant) ? tenant : null;
}

/// <summary>A part of the list of events.</summary>
/// <param name="Events">Those that can be read.</param>
/// <param name="Next">What the next part starts after; <c>null</c> when this is the last.</param>
internal sealed record StripeEventPage(IReadOnlyList<StripeEvent> Events, string? Next)
{
    public static StripeEventPage Read(string text)
    {
        var page = JsonElement.Parse(text);
        var items = page.GetProperty("data").EnumerateArray().ToList();
        var next = page.TryGetProperty("has_more", out var more) && more.ValueKind == JsonValueKind.True ? items.LastOrDefault() : default;
        return new StripeEventPage([.. items.Select(StripeEvent.Read).OfType<StripeEvent>()],
            next.ValueKind == JsonValueKind.Object ? next.GetProperty("id").GetString() : null);
    }
}
