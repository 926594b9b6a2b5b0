using System.Text.Json;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>What came of a call.</summary>
internal abstract record StripeResult
{
    private StripeResult() { }

    public sealed record Done(JsonElement Body) : StripeResult;

    /// <summary>Stripe has said no, and will say so again to the same call.</summary>
    public sealed record Refused(int Status, string? Code, string Message, string? RequestId) : StripeResult;

    /// <summary>No answer, or none that counts. Whatever the call was to create may exist: repeat it with the same key.</summary>
    public sealed record Unavailable(string Reason) : StripeResult;
}
