using System.Text.Json;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>What an event is about. That it came is all that it tells: the truth is fetched.</summary>
internal sealed record StripeEvent
{
    public static readonly IReadOnlyList<string> Types =
    [
        "checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "checkout.session.expired",
        "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "customer.subscription.paused", "customer.subscription.resumed",
        "customer.subscription.trial_will_end", "invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "customer.deleted", "charge.dispute.created", "charge.refunded",
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

    /// <returns><c>null</c> when it is no event, or one of the thin kind, which names what has changed by a link.</returns>
    public static StripeEvent? Read(JsonElement json)
    {
        if (json.Text("object") is not ("event" or null) || json.Id("id") is not { } id || json.Text("type") is not { Length: > 0 and <= 100 } type) return null;
        if (json.Member("data")?.Member("object") is not { ValueKind: JsonValueKind.Object } about) return null;
        var kind = about.Text("object") ?? "";
        return new StripeEvent
        {
            Id = id,
            Type = type,
            ApiVersion = json.Text("api_version"),
            IsLive = json.Flag("livemode") ?? false,
            Created = json.Instant("created") ?? DateTimeOffset.UnixEpoch,
            Subscription = kind switch
            {
                "subscription" => about.Id("id"),
                // Under parent since 2025, directly before.
                "invoice" => about.Member("parent")?.Member("subscription_details")?.Id("subscription") ?? about.Id("subscription"),
                _ => about.Id("subscription"),
            },
            Customer = kind == "customer" ? about.Id("id") : about.Id("customer"),
            Tenant = kind == "checkout.session" ? about.Tenant("client_reference_id") ?? about.Member("metadata")?.Tenant("tenant_id") : null,
        };
    }

    private static string FamilyOf(string version) => version.IndexOf('.', StringComparison.Ordinal) is > 0 and var at ? version[(at + 1)..] : version;
}
