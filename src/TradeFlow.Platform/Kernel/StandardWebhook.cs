using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Kernel;

/// <summary>What became of the look at a signature.</summary>
internal enum SignatureVerdict
{
    Good,

    /// <summary>One of the three headers is not there, or stands there twice.</summary>
    Missing,

    /// <summary>Made more than five minutes ago, or ahead, by our clock; or its time is none.</summary>
    Old,

    /// <summary>No signature is that of the message under any of the secrets.</summary>
    Wrong,
}

/// <summary>The three headers of a message.</summary>
internal sealed record SignatureHeaders(string? Id, string? Timestamp, string? Signature);

/// <summary>
/// Signatures as the specification of standard-webhooks has them: HMAC-SHA256 of <c>id.timestamp.body</c>. The secret of both sides is
/// <c>whsec_</c> and 32 random bytes.
/// </summary>
internal static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";
    private const string Version = "v1,";
    private const int Tolerance = 300;
    // What signs with more secrets than this is no sender that rotates one.
    private const int MostSignatures = 16;

    public static string MakeSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[Math.Min(Prefix.Length, secret.Length)..]);

    /// <returns>The value of the signature's header.</returns>
    public static string Sign(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Mac(key, id, timestamp, body));

    /// <param name="keys">Any of them may have signed: two, while a secret is replaced.</param>
    /// <param name="body">As it came.</param>
    public static SignatureVerdict Check(IReadOnlyList<byte[]> keys, SignatureHeaders headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers is not { Id: { Length: > 0 } id, Timestamp: { Length: > 0 } timestamp, Signature: { Length: > 0 } signature })
            return SignatureVerdict.Missing;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || now.ToUnixTimeSeconds() - seconds is > Tolerance or < -Tolerance) return SignatureVerdict.Old;
        foreach (var key in keys)
        {
            var mac = Mac(key, id, timestamp, body);
            foreach (var part in signature.Split(' ', MostSignatures + 1, StringSplitOptions.RemoveEmptyEntries).Take(MostSignatures))
                if (part.StartsWith(Version, StringComparison.Ordinal) && IsOf(part.AsSpan(Version.Length), mac))
                    return SignatureVerdict.Good;
        }
        return SignatureVerdict.Wrong;
    }

    private static bool IsOf(ReadOnlySpan<char> text, ReadOnlySpan<byte> mac)
    {
        Span<byte> sent = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Convert.TryFromBase64Chars(text, sent, out var written) && CryptographicOperations.FixedTimeEquals(sent[..written], mac);
    }

    private static byte[] Mac(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
