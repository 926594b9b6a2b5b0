using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Stripe.Checkout;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>
/// Opens a Checkout at Stripe for a plan. Coming back from it grants nothing: the plan follows from what Stripe says of the subscription.
/// Asked again while the first answer is outstanding, the same session is answered.
/// </summary>
internal sealed partial class Checkout(
    StripeOptions options, StripeApi stripe, StripeCalls calls, CustomerOfTenant customers, RunningSubscription running,
    PlanCatalogue plans, Entitlements entitlements, ReturnAddresses addresses, TenantDb db, TenantContext tenant, TimeProvider clock,
    ILogger<Checkout> log)
{
    // As long as an open session can be paid: two tabs must not lead to two subscriptions.
    private static readonly TimeSpan SessionLives = TimeSpan.FromHours(24);

    /// <param name="PriceId">One of <c>GET /api/billing/plans</c>.</param>
    /// <param name="SuccessUrl">Where to come back to after paying, on an allowed origin. <c>{CHECKOUT_SESSION_ID}</c> in it is replaced by
    /// Stripe.</param>
    /// <param name="CancelUrl">Where to come back to without paying, on an allowed origin.</param>
    internal sealed record Request(string? PriceId, string? SuccessUrl, string? CancelUrl);

    /// <param name="Url">Where to send the browser.</param>
    internal sealed record View(string Url);

    internal static Task<Results<Ok<View>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, Checkout checkout, CancellationToken ct) => checkout.OpenAsync(request, http, ct);

    private async Task<Results<Ok<View>, ProblemHttpResult>> OpenAsync(Request request, HttpContext http, CancellationToken ct)
    {
        if (!options.IsConfigured) return BillingAnswers.NotConfigured();
        Dictionary<string, string[]> errors = [];
        if (request.PriceId is not { Length: > 0 } price || plans.OfPrice(price) is not { } plan)
            return Problem.Invalid("price_id", "Use the price_id of one of GET /api/billing/plans.");
        if (addresses.Fault(request.SuccessUrl, http.Request) is { } success) errors["success_url"] = [success];
        if (addresses.Fault(request.CancelUrl, http.Request) is { } cancel) errors["cancel_url"] = [cancel];
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await running.IsThereAsync(ct)) return AlreadySubscribed();

        var (customer, away) = await customers.GetAsync(ct);
        if (customer is null) return BillingAnswers.Of(away!, http); // one of the two is always there
        var entitlement = await entitlements.FindAsync(tenant.Tenant, ct);
        var purpose = string.Join('\n', price, request.SuccessUrl, request.CancelUrl, customer);
        if (await HasPaidAnotherAsync(purpose, ct)
            || await CallAsync(purpose, () => OptionsOf(plan, request, customer, entitlement), ct) is not { } call)
            return AlreadySubscribed();
        return call.ResultUrl is { } open ? TypedResults.Ok(new View(open)) : await SendAsync(call, plan, http, ct);
    }

    /// <summary>The call to make, or one whose session is open still; <c>null</c> when it was paid a moment ago.</summary>
    private async Task<StripeCall?> CallAsync(string purpose, Func<SessionCreateOptions> options, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - SessionLives;
        while (true)
        {
            var call = await calls.OpenAsync(tenant, StripeCalls.Checkout, purpose, since, options, ct);
            if (call.ResultId is not { } session) return call;
            switch (await running.LookAsync(session, end: false, ct))
            {
                case SessionState.Open:
                    return call;
                case SessionState.JustPaid:
                    return null;
                default:
                    // Over, or not to be seen: only a newer one will do.
                    since = call.CreatedAt;
                    break;
            }
        }
    }

    // Another plan in another tab: of two open sessions both could be paid.
    private async Task<bool> HasPaidAnotherAsync(string purpose, CancellationToken ct) =>
        await calls.FindOtherAsync(StripeCalls.Checkout, purpose, clock.GetUtcNow() - SessionLives, ct) is { ResultId: { } session }
        && await running.LookAsync(session, end: true, ct) == SessionState.JustPaid;

    private static ProblemHttpResult AlreadySubscribed() =>
        Problem.Of(StatusCodes.Status409Conflict, BillingProblems.AlreadySubscribed,
            "There is a subscription already. Change or end it in the customer portal.");

    private async Task<Results<Ok<View>, ProblemHttpResult>> SendAsync(StripeCall call, Plan plan, HttpContext http, CancellationToken ct)
    {
        var result = await stripe.CreateCheckoutAsync(call, ct);
        if (result is StripeResult<Session>.Done { Value: var session } && BillingAnswers.IsAddress(session.Url))
        {
            await CloseAsync(call, "done", session.Id, session.Url, ct);
            LogOpened(tenant.Tenant, plan.Slug, session.Id);
            return TypedResults.Ok(new View(session.Url));
        }
        if (result is StripeResult<Session>.Refused) await CloseAsync(call, "refused", null, null, ct);
        return BillingAnswers.Of(result, http);
    }

    private Task<bool> CloseAsync(StripeCall call, string state, string? session, string? url, CancellationToken ct) =>
        db.RunSqlAsync(async connection =>
        {
            await StripeCalls.CloseAsync(call, state, session, url, connection, ct);
            return true;
        }, ct);

    private SessionCreateOptions OptionsOf(Plan plan, Request request, string customer, Entitlement entitlement) => new CheckoutForm
    {
        Customer = customer,
        Reference = tenant.Tenant.ToString(),
        Price = plan.PriceId!, // found by it
        SuccessUrl = request.SuccessUrl!, // checked by the caller, both
        CancelUrl = request.CancelUrl!,
        TrialEnd = entitlement.TrialEndsAt is { } end && end - clock.GetUtcNow() >= CheckoutForm.ShortestTrial ? end : null,
        Metadata = new() { ["tenant_id"] = tenant.Tenant.ToString(), ["user_id"] = tenant.User.ToString(), ["plan"] = plan.Slug },
    }.ToOptions();

    [LoggerMessage(5501, LogLevel.Information, "Tenant {Tenant}: a Checkout for {Plan} is open ({Session})")]
    private partial void LogOpened(TenantId tenant, string plan, string? session);
}
