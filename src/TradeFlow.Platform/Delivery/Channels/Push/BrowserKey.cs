using System.Buffers.Text;
using System.Security.Cryptography;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>Keys as browsers write them: base64url.</summary>
internal static class BrowserKey
{
    private const int PointBytes = 65;
    private const byte Uncompressed = 4;

    /// <summary>Without padding and spaces, which whoever reads it next may not know.</summary>
    public static bool IsOf(string text, int bytes) =>
        text.Length == Base64Url.GetEncodedLength(bytes) && Base64Url.IsValid(text, out var length) && length == bytes;

    /// <summary>Whether it is a public key of P-256, uncompressed: a point that is not on the curve would tell of ours.</summary>
    public static bool IsPoint(string text)
    {
        if (!IsOf(text, PointBytes)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes[0] != Uncompressed) return false;
        try
        {
            using var key = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = bytes[1..33], Y = bytes[33..] },
            });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
