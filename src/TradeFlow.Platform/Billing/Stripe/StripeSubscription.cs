using System.Text.Json;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>A subscription as Stripe shows it now.</summary>
internal sealed record StripeSubscription
{
    public required string Id { get; init; }
    public required string Status { get; init; }
    public string? Customer { get; init; }
    public string? PriceId { get; init; }
    public string? LookupKey { get; init; }
    public bool? IsLive { get; init; }
    public DateTimeOffset? PeriodEnd { get; init; }
    public bool CancelAtPeriodEnd { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public Guid? Tenant { get; init; }

    /// <returns><c>null</c> when it is no subscription.</returns>
    public static StripeSubscription? Read(JsonElement json)
    {
        if (json.Id("id") is not { } id || json.Text("status") is not { Length: > 0 and <= 50 } status) return null;
        var items = json.Member("items")?.Member("data") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
        var price = items.Count > 0 ? items[0].Member("price") : null;
        return new StripeSubscription
        {
            Id = id,
            Status = status,
            Customer = json.Id("customer"),
            PriceId = items.Count > 0 ? items[0].Id("price") : null,
            LookupKey = price?.Text("lookup_key"),
            IsLive = json.Flag("livemode"),
            // On each item since 2025; on the subscription before.
            PeriodEnd = items.Max(item => item.Instant("current_period_end")) ?? json.Instant("current_period_end"),
            CancelAtPeriodEnd = json.Flag("cancel_at_period_end") ?? false,
            StartedAt = json.Instant("start_date") ?? json.Instant("created"),
            Tenant = json.Member("metadata")?.Tenant("tenant_id"),
        };
    }
}
