using TradeFlow.Platform.Billing.Contracts;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>A subscription of the tenant as it was last fetched.</summary>
internal sealed record KnownSubscription(
    string Id, string Status, string? PriceId, string? LookupKey, DateTimeOffset? PeriodEnd, bool CancelAtPeriodEnd,
    DateTimeOffset? StartedAt, DateTimeOffset? PastDueSince);

/// <summary>What a tenant's subscriptions mean for its plan: of their present states alone, not of how they came about.</summary>
internal sealed record PlanState(
    string Plan, string Status, string? Subscription, string? PriceId, DateTimeOffset? PeriodEnd, bool CancelAtPeriodEnd,
    DateTimeOffset? PastDueSince, bool IsTrialOver)
{
    /// <summary>
    /// A plan that nobody sells: its price, or the state of the subscription, is not known to this version. Entries wait until somebody has
    /// looked.
    /// </summary>
    public const string UnknownPlan = "unknown";

    public static readonly PlanState None = new(PlanCatalogue.TrialSlug, "trialing", null, null, null, false, null, false);

    public bool IsUnknown => Plan == UnknownPlan || Rank(Status) == Unheard;

    private const int Unheard = 2;

    public static PlanState Of(IEnumerable<KnownSubscription> subscriptions, PlanCatalogue plans)
    {
        // The one that gives most: paid before overdue before ended. Two can only be there when somebody has bought twice.
        var best = subscriptions
            .Where(one => one.Status is not ("incomplete" or "incomplete_expired")) // never began
            .OrderBy(one => Rank(one.Status)).ThenByDescending(one => PlanOf(one, plans)?.Rank ?? -1).ThenByDescending(one => one.StartedAt)
            .ThenBy(one => one.Id, StringComparer.Ordinal).FirstOrDefault();
        if (best is null) return None;
        var plan = best.Status is "canceled" or "unpaid" or "paused" ? PlanCatalogue.TrialSlug : PlanOf(best, plans)?.Slug ?? UnknownPlan;
        return new PlanState(plan, best.Status, best.Id, best.PriceId, best.PeriodEnd, best.CancelAtPeriodEnd, best.PastDueSince,
            IsTrialOver: true);
    }

    /// <summary>Whether it is paid, or may still be: a second one beside it would be paid twice.</summary>
    public static bool IsRunning(string status) => Rank(status) <= 3;

    private static int Rank(string status) => status switch
    {
        "active" or "trialing" => 0,
        "past_due" => 1,
        "unpaid" or "paused" => 3,
        "canceled" => 4,
        _ => Unheard,
    };

    private static Plan? PlanOf(KnownSubscription one, PlanCatalogue plans) =>
        (one.PriceId is { } price ? plans.OfPrice(price) : null) ?? (one.LookupKey is { } key ? plans.Find(key) : null);
}
