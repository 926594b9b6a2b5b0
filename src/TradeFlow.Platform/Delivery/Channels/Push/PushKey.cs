using System.Buffers.Text;
using System.Security.Cryptography;

namespace TradeFlow.Platform.Delivery.Channels.Push;

/// <summary>A key pair of P-256 in base64url: the point of 65 bytes, and the number of 32.</summary>
internal sealed record PushKey(string PublicKey, string PrivateKey)
{
    public static PushKey Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Of(key);
    }

    public static PushKey Of(ECDsa key)
    {
        var parts = key.ExportParameters(includePrivateParameters: true);
        // a whole key has them
        return new PushKey(Base64Url.EncodeToString((byte[])[4, .. parts.Q.X!, .. parts.Q.Y!]), Base64Url.EncodeToString(parts.D!));
    }

    // Not the private one, wherever the record is written.
    public override string ToString() => PublicKey;
}
