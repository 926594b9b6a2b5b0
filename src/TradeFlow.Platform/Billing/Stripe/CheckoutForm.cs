using Stripe.Checkout;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// What a Checkout session is made with. Price, customer and metadata are ours; of the client's wishes only the two addresses are in it,
/// and those were checked.
/// </summary>
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

    /// <summary>On the session and on the subscription that it leads to.</summary>
    public required Dictionary<string, string> Metadata { get; init; }

    public SessionCreateOptions ToOptions() => new()
    {
        Mode = "subscription",
        Customer = Customer,
        ClientReferenceId = Reference,
        LineItems = [new SessionLineItemOptions { Price = Price, Quantity = 1 }],
        SuccessUrl = SuccessUrl,
        CancelUrl = CancelUrl,
        AllowPromotionCodes = true,
        SubscriptionData = new SessionSubscriptionDataOptions { TrialEnd = TrialEnd?.UtcDateTime, Metadata = Metadata },
        Metadata = Metadata,
    };
}
