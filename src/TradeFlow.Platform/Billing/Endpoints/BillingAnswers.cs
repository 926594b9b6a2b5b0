using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

internal static class BillingAnswers
{
    public static ProblemHttpResult NotConfigured() => Problem.Of(StatusCodes.Status409Conflict, BillingProblems.NotConfigured,
        "Payments are not set up on this installation (Stripe:SecretKey is not set). The trial goes on as it is.");

    /// <summary>Stripe's own words stay in our log: they are about our configuration, not about what the caller did.</summary>
    public static ProblemHttpResult Of(StripeResult result, HttpContext http)
    {
        http.Response.Headers.RetryAfter = "10";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, BillingProblems.StripeUnavailable, result is StripeResult.Refused
            ? "Stripe did not accept this, and nothing was charged. We have been told; try again later."
            : "Stripe does not answer at the moment, and nothing was charged. Try again in a few seconds.");
    }
}
