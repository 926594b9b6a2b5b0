using System.Text;
using Stripe;

namespace TradeFlow.Platform.Billing.Events;

/// <summary>
/// Whether Stripe has signed a body: by any of our secrets, and at most 300 s from now. A stamp of the future is refused as one of the past
/// is.
/// </summary>
internal static class StripeSignature
{
    private const long ToleranceSeconds = 300;

    public static bool IsValid(ReadOnlySpan<byte> body, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (header is null) return false;
        // What is no UTF-8 becomes another text here, whose signature is another one.
        var text = Encoding.UTF8.GetString(body);
        return secrets.Any(secret => IsValid(text, header, secret, now));
    }

    private static bool IsValid(string body, string header, string secret, DateTimeOffset now)
    {
        try
        {
            EventUtility.ValidateSignature(body, header, secret, ToleranceSeconds, now.ToUnixTimeSeconds());
            return true;
        }
        catch (StripeException)
        {
            return false;
        }
    }
}
