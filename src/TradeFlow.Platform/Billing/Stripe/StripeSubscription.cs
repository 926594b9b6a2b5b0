using Stripe;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>A subscription as Stripe shows it now, as far as a plan follows from it.</summary>
internal sealed record StripeSubscription
{
    public required string Id { get; init; }
    public required string Status { get; init; }
    public string? Customer { get; init; }
    public string? PriceId { get; init; }
    public string? LookupKey { get; init; }
    public required bool IsLive { get; init; }
    public DateTimeOffset? PeriodEnd { get; init; }
    public bool CancelAtPeriodEnd { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public Guid? Tenant { get; init; }

    /// <returns><c>null</c> when it is no subscription.</returns>
    public static StripeSubscription? Of(Subscription shown)
    {
        if (shown is not { Id.Length: > 0, Status.Length: > 0 and <= 50 }) return null;
        var items = shown.Items?.Data ?? [];
        var price = items.FirstOrDefault()?.Price;
        return new StripeSubscription
        {
            Id = shown.Id,
            Status = shown.Status,
            Customer = shown.CustomerId,
            PriceId = price?.Id,
            LookupKey = price?.LookupKey,
            IsLive = shown.Livemode,
            PeriodEnd = items.Max(item => TimeOf(item.CurrentPeriodEnd)),
            CancelAtPeriodEnd = shown.CancelAtPeriodEnd,
            StartedAt = TimeOf(shown.StartDate),
            Tenant = Guid.TryParse(shown.Metadata?.GetValueOrDefault("tenant_id"), out var tenant) ? tenant : null,
        };
    }

    // The library shows a time that is missing as the first second of 1970.
    private static DateTimeOffset? TimeOf(DateTime time) => time > DateTime.UnixEpoch ? new DateTimeOffset(time) : null;
}
