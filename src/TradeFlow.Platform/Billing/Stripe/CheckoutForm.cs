namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>What a Checkout session is made with. Price, customer and metadata are ours; of the client's wishes only the two addresses are in it, and those were checked.</summary>
internal sealed record CheckoutForm
{
    // Stripe wants 48 hours at least; one more for clocks that differ and for a session that is answered late.
    public static readonly TimeSpan ShortestTrial = TimeSpan.FromHours(49);

    public required string Customer { get; init; }
    public required string Reference { get; init; }
    public required string Price { get; init; }
    public required string SuccessUrl { get; init; }
    public required string CancelUrl { get; init; }

    /// <summary>When the first payment is due; <c>null</c> is now.</summary>
    public DateTimeOffset? TrialEnd { get; init; }
    public required IReadOnlyList<(string Key, string Value)> SubscriptionMetadata { get; init; }
    public required IReadOnlyList<(string Key, string Value)> Metadata { get; init; }

    public override string ToString() => new StripeForm()
        .Add("mode", "subscription")
        .Add("customer", Customer)
        .Add("client_reference_id", Reference)
        .Add("line_items[0][price]", Price)
        .Add("line_items[0][quantity]", 1)
        .Add("success_url", SuccessUrl)
        .Add("cancel_url", CancelUrl)
        .Add("allow_promotion_codes", true)
        .Add("subscription_data[trial_end]", TrialEnd)
        .AddMap("subscription_data[metadata]", SubscriptionMetadata)
        .AddMap("metadata", Metadata)
        .ToString();
}
