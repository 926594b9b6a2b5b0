using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Stripe.BillingPortal;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>Opens Stripe's customer portal for the caller's own tenant: payment method, invoices, another plan, the end.</summary>
internal static class Portal
{
    /// <param name="ReturnUrl">Where to come back to, on an allowed origin; the billing page when missing.</param>
    internal sealed record Request(string? ReturnUrl = null);

    /// <param name="Url">Where to send the browser.</param>
    internal sealed record View(string Url);

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Handle(
        Request? request, HttpContext http, StripeOptions options, StripeApi stripe, CustomerOfTenant customers,
        ReturnAddresses addresses, PublicAddress own, TimeProvider clock, CancellationToken ct)
    {
        if (!options.IsConfigured) return BillingAnswers.NotConfigured();
        var back = request?.ReturnUrl ?? own.OriginFor(http) + "/billing";
        if (addresses.Fault(back, http.Request) is { } fault) return Problem.Invalid("return_url", fault);
        if (await customers.FindAsync(ct) is not { } customer)
            return Problem.Of(StatusCodes.Status409Conflict, BillingProblems.NoCustomer,
                "There is nothing to manage yet: choose a plan first.");
        // A link to the portal lives for minutes and changes nothing: a key for the repeats of this call is enough.
        var result = await stripe.CreatePortalAsync(customer, back, $"portal:{NewId.At(clock)}", ct);
        return result is StripeResult<Session>.Done { Value.Url: var url } && BillingAnswers.IsAddress(url)
            ? TypedResults.Ok(new View(url))
            : BillingAnswers.Of(result, http);
    }
}
