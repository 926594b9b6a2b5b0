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
    public static ProblemHttpResult Of<T>(StripeResult<T> result, HttpContext http)
    {
        http.Response.Headers.RetryAfter = "10";
        return Problem.Of(StatusCodes.Status503ServiceUnavailable, BillingProblems.StripeUnavailable, result is StripeResult<T>.Refused
            ? "Stripe did not accept this, and nothing was charged. We have been told; try again later."
            : "Stripe does not answer at the moment, and nothing was charged. Try again in a few seconds.");
    }

    /// <summary>Somewhere that a browser can be sent to.</summary>
    public static bool IsAddress(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "https" or "http";
}
