using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>
/// The section <c>Push</c>: who we are to the push services of browsers (RFC 8292). Without keys a pair is made once and kept.
/// </summary>
internal sealed class PushOptions : IValidatableObject
{
    public VapidOptions Vapid { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Vapid.PublicKey is null != Vapid.PrivateKey is null)
            yield return new("Push:Vapid:PublicKey and Push:Vapid:PrivateKey belong together: set both or none.", [nameof(Vapid)]);
        else if (Vapid is { PublicKey: { } publicKey, PrivateKey: { } privateKey } && !IsPair(publicKey, privateKey))
            yield return new("Push:Vapid:PublicKey and Push:Vapid:PrivateKey are no pair of a P-256 key: base64url of 65 and of 32 bytes.",
                [nameof(Vapid)]);
        if (Vapid.Subject is { } subject && !(subject.StartsWith("mailto:", StringComparison.Ordinal)
            || (Uri.TryCreate(subject, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps)))
            yield return new("Push:Vapid:Subject must be an address such as mailto:ops@example.com or https://example.com.",
                [nameof(Vapid)]);
    }

    private static bool IsPair(string publicKey, string privateKey)
    {
        if (!BrowserKey.IsPoint(publicKey) || !BrowserKey.IsOf(privateKey, 32)) return false;
        try
        {
            using var key =
                ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars(privateKey) });
            return PushKey.Of(key).PublicKey == publicKey;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal sealed class VapidOptions
    {
        public string? PublicKey { get; set; }

        public string? PrivateKey { get; set; }

        /// <summary>Where a push service finds whoever runs this server.</summary>
        public string? Subject { get; set; }
    }
}
