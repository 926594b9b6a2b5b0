using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>
/// Opens a Checkout at Stripe for a plan. Coming back from it grants nothing: the plan follows from what Stripe says of the subscription. Asked again while the first answer is
/// outstanding, the same session is answered.
/// </summary>
internal sealed partial class Checkout(
    StripeOptions options, StripeClient stripe, StripeCalls calls, CustomerOfTenant customers, PlanCatalogue plans, Entitlements entitlements, ReturnAddresses addresses, TenantDb db,
    TenantContext tenant, TimeProvider clock, ILogger<Checkout> log)
{
    // A session that was opened a moment ago and is still open is the same shopping: two tabs must not lead to two subscriptions.
    private static readonly TimeSpan SameShopping = TimeSpan.FromHours(1);

    /// <param name="PriceId">One of <c>GET /api/billing/plans</c>.</param>
    /// <param name="SuccessUrl">Where to come back to after paying, on an allowed origin. <c>{CHECKOUT_SESSION_ID}</c> in it is replaced by Stripe.</param>
    /// <param name="CancelUrl">Where to come back to without paying, on an allowed origin.</param>
    internal sealed record Request(string? PriceId, string? SuccessUrl, string? CancelUrl);

    /// <param name="Url">Where to send the browser.</param>
    internal sealed record View(string Url);

    internal static Task<Results<Ok<View>, ProblemHttpResult>> Handle(Request request, HttpContext http, Checkout checkout, CancellationToken ct) => checkout.OpenAsync(request, http, ct);

    private async Task<Results<Ok<View>, ProblemHttpResult>> OpenAsync(Request request, HttpContext http, CancellationToken ct)
    {
        if (!options.IsConfigured) return BillingAnswers.NotConfigured();
        Dictionary<string, string[]> errors = [];
        if (request.PriceId is not { Length: > 0 } price || plans.OfPrice(price) is not { } plan) return Problem.Invalid("price_id", "Use the price_id of one of GET /api/billing/plans.");
        if (addresses.Fault(request.SuccessUrl, http.Request) is { } success) errors["success_url"] = [success];
        if (addresses.Fault(request.CancelUrl, http.Request) is { } cancel) errors["cancel_url"] = [cancel];
        if (errors.Count > 0) return Problem.Invalid(errors);
        if (await IsSubscribedAsync(ct))
            return Problem.Of(StatusCodes.Status409Conflict, BillingProblems.AlreadySubscribed, "There is a subscription already. Change or end it in the customer portal.");

        var (customer, away) = await customers.GetAsync(ct);
        if (customer is null) return BillingAnswers.Of(away!, http); // one of the two is always there
        var entitlement = await entitlements.FindAsync(tenant.Tenant, ct);
        var call = await CallAsync(string.Join('\n', price, request.SuccessUrl, request.CancelUrl, customer), () => FormOf(plan, request, customer, entitlement), ct);
        return call.ResultUrl is { } open ? TypedResults.Ok(new View(open)) : await SendAsync(call, plan, http, ct);
    }

    /// <summary>The call to make, or one whose session is open still.</summary>
    private async Task<StripeCall> CallAsync(string purpose, Func<string> form, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - SameShopping;
        while (true)
        {
            var call = await calls.OpenAsync(tenant, StripeCalls.Checkout, purpose, since, form, ct);
            if (call.ResultId is not { } session || await stripe.GetCheckoutAsync(session, ct) is StripeResult.Done { Body: var body } && body.Text("status") == "open") return call;
            // Paid, expired, or not to be seen: only a newer one will do.
            since = call.CreatedAt;
        }
    }

    private async Task<Results<Ok<View>, ProblemHttpResult>> SendAsync(StripeCall call, Plan plan, HttpContext http, CancellationToken ct)
    {
        var result = await stripe.CreateCheckoutAsync(call.Form, call.Key, ct);
        if (result is StripeResult.Done { Body: var session } && session.Text("url") is { } url && Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "https" or "http")
        {
            await CloseAsync(call, "done", session.Id("id"), url, ct);
            LogOpened(tenant.Tenant, plan.Slug, session.Id("id"));
            return TypedResults.Ok(new View(url));
        }
        if (result is StripeResult.Refused) await CloseAsync(call, "refused", null, null, ct);
        return BillingAnswers.Of(result, http);
    }

    private Task<bool> CloseAsync(StripeCall call, string state, string? session, string? url, CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await StripeCalls.CloseAsync(call, state, session, url, connection, ct);
        return true;
    }, ct);

    private string FormOf(Plan plan, Request request, string customer, Entitlement entitlement)
    {
        (string, string)[] ours = [("tenant_id", tenant.Tenant.ToString()), ("user_id", tenant.User.ToString()), ("plan", plan.Slug)];
        return new CheckoutForm
        {
            Customer = customer,
            Reference = tenant.Tenant.ToString(),
            Price = plan.PriceId!, // found by it
            SuccessUrl = request.SuccessUrl!, // checked by the caller, both
            CancelUrl = request.CancelUrl!,
            TrialEnd = entitlement.TrialEndsAt is { } end && end - clock.GetUtcNow() >= CheckoutForm.ShortestTrial ? end : null,
            SubscriptionMetadata = ours,
            Metadata = ours,
        }.ToString();
    }

    private Task<bool> IsSubscribedAsync(CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand("select status from billing.subscriptions where status is not null", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (reader.GetString(0) is not ("incomplete" or "incomplete_expired") and var status && PlanState.IsRunning(status)) return true;
        return false;
    }, ct);

    [LoggerMessage(5501, LogLevel.Information, "Tenant {Tenant}: a Checkout for {Plan} is open ({Session})")]
    private partial void LogOpened(TenantId tenant, string plan, string? session);
}
