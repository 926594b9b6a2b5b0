namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>What came of a call.</summary>
internal abstract record StripeResult<T>
{
    private StripeResult() { }

    public sealed record Done(T Value) : StripeResult<T>;

    /// <summary>Stripe has said no, and will say so again to the same call.</summary>
    public sealed record Refused(int Status, string? Code) : StripeResult<T>;

    /// <summary>No answer, or none that counts. Whatever the call was to create may exist: repeat it with the same key.</summary>
    public sealed record Unavailable(string Reason) : StripeResult<T>;
}
