using TradeFlow.Platform.Billing.Plans;

namespace TradeFlow.Platform.Billing.Contracts;

/// <summary>
/// What a tenant's plan allows. It holds until the plan changes, and that raises the version of every account of the tenant: it may be kept
/// beside an account as long as the account's version is the same. Entries only: exits are never held back by a plan.
/// </summary>
internal sealed record Entitlement
{
    public required Plan Plan { get; init; }

    /// <summary>As Stripe calls it; <c>trialing</c> before there is a subscription.</summary>
    public required string Status { get; init; }
    public DateTimeOffset? TrialStart { get; init; }

    /// <summary>The instant from which on the trial is over; <c>null</c> on another plan.</summary>
    public DateTimeOffset? TrialEndsAt { get; init; }

    /// <summary>
    /// An entry needs the trades that were taken plus those in flight to be below this; <c>null</c> is no limit. To be decided in the
    /// transaction that records the entry.
    /// </summary>
    public int? TradesLimit => Plan.Limits.Trades;

    /// <summary>What an entry beyond <see cref="TradesLimit"/> is told. It comes before <see cref="EntriesEnd"/>.</summary>
    public EntryBlock TradesUsedUp => Plan.Slug == PlanCatalogue.TrialSlug
        ? new EntryBlock(BillingProblems.TrialTrades,
            $"Trial limit: {TradesLimit} trades reached. Upgrade to continue.") { Limit = TradesLimit }
        : new EntryBlock(BillingProblems.PlanLimitReached,
            $"Plan limit: {TradesLimit} trades reached. Upgrade to continue.") { Limit = TradesLimit };

    /// <summary>Entries are refused from this instant on; <c>null</c> is never.</summary>
    public DateTimeOffset? EntriesEndAt { get; init; }

    /// <summary>Why entries are refused from <see cref="EntriesEndAt"/> on.</summary>
    public EntryBlock? EntriesEnd { get; init; }

    /// <summary>What forbids entries at an instant, apart from the count of trades.</summary>
    public EntryBlock? BlockAt(DateTimeOffset now) => EntriesEndAt is { } end && now >= end ? EntriesEnd : null;

    /// <summary>What forbids entries at an instant, with a count of trades that was just read: for screens.</summary>
    public EntryBlock? BlockAt(DateTimeOffset now, long trades) =>
        TradesLimit is { } limit && trades >= limit ? TradesUsedUp with { Value = trades } : BlockAt(now);
}

/// <summary>Why entries are refused: answered with <see cref="HttpStatus"/>.</summary>
internal sealed record EntryBlock(string Code, string Text)
{
    public const int HttpStatus = 402;

    public decimal? Limit { get; init; }
    public decimal? Value { get; init; }
}
