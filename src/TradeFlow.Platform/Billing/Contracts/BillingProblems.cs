namespace TradeFlow.Platform.Billing.Contracts;

/// <summary>Stable codes of this module.</summary>
public static class BillingProblems
{
    public const string TrialTrades = "trial.trades";
    public const string TrialExpired = "trial.expired";

    /// <summary>The broker log-in has had its trial in another workspace.</summary>
    public const string TrialUsed = "trial.used";

    /// <summary>
    /// More brokers, accounts or trades than the plan has; also an entry on an account that is beyond the plan since a downgrade.
    /// </summary>
    public const string PlanLimitReached = "plan.limit_reached";

    /// <summary>A payment is overdue for longer than the grace, or the subscription is unpaid or paused.</summary>
    public const string PaymentRequired = "billing.payment_required";

    /// <summary>The subscription is in a state, or has a price, that this version does not know.</summary>
    public const string UnknownState = "billing.unknown_state";

    /// <summary>No key of Stripe is configured.</summary>
    public const string NotConfigured = "billing.not_configured";
    public const string AlreadySubscribed = "billing.already_subscribed";
    public const string NoCustomer = "billing.no_customer";
    public const string StripeUnavailable = "billing.stripe_unavailable";
    public const string BadSignature = "billing.bad_signature";
    public const string BadEvent = "billing.bad_event";
}
