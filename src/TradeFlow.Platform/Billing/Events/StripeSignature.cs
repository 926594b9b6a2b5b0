using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Billing.Events;

/// <summary><c>Stripe-Signature: t=…,v1=…</c>: HMAC-SHA256 of time and body, by any of the secrets. A stamp of the future is refused as one of the past is.</summary>
internal static class StripeSignature
{
    private const int LongestHeader = 4096;
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static bool IsValid(ReadOnlySpan<byte> body, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (header is null || header.Length > LongestHeader || secrets.Count == 0) return false;
        string? stamp = null;
        List<byte[]> signatures = [];
        foreach (var part in header.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0) continue;
            var value = part[(at + 1)..];
            switch (part[..at].Trim())
            {
                case "t":
                    stamp = value;
                    break;
                // Compared as the text that it is: Stripe writes lower case.
                case "v1":
                    signatures.Add(Encoding.ASCII.GetBytes(value));
                    break;
            }
        }
        if (!long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799) return false;
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance) return false;

        var signed = new byte[Encoding.ASCII.GetByteCount(stamp) + 1 + body.Length];
        var head = Encoding.ASCII.GetBytes(stamp, signed);
        signed[head] = (byte)'.';
        body.CopyTo(signed.AsSpan(head + 1));
        var valid = false;
        foreach (var secret in secrets)
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
            foreach (var signature in signatures) valid |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }
        return valid;
    }
}
