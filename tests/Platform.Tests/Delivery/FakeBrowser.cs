using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>A browser that is subscribed: its keys, and how it reads what is pushed to it (RFC 8291 and RFC 8188, one record).</summary>
internal sealed class FakeBrowser : IDisposable
{
    private const int SaltBytes = 16;
    private const int TagBytes = 16;
    private readonly ECDiffieHellman keys = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(16);

    public string P256dh => Base64Url.EncodeToString(PointOf(keys));

    public string Auth => Base64Url.EncodeToString(secret);

    /// <summary>As it is sent to the settings.</summary>
    public object SubscriptionAt(string endpoint) => new { endpoint, keys = new { p256dh = P256dh, auth = Auth } };

    public JsonElement Read(byte[] body)
    {
        var salt = body[..SaltBytes];
        var keyLength = body[SaltBytes + 4];
        var header = SaltBytes + 5 + keyLength;
        BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(SaltBytes))
            .ShouldBeGreaterThanOrEqualTo((uint)(body.Length - header), "one record");
        var sender = body[(SaltBytes + 5)..header];
        using var other = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] },
        });
        var shared = keys.DeriveRawSecretAgreement(other.PublicKey);
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, secret,
            [.. "WebPush: info\0"u8, .. PointOf(keys), .. sender]);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, salt, "Content-Encoding: nonce\0"u8.ToArray());
        var plain = new byte[body.Length - header - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(nonce, body.AsSpan(header, plain.Length), body.AsSpan(header + plain.Length), plain);
        plain[^1].ShouldBe((byte)2, "the last record");
        return JsonDocument.Parse(Encoding.UTF8.GetString(plain, 0, plain.Length - 1)).RootElement;
    }

    private static byte[] PointOf(ECDiffieHellman keys)
    {
        var point = keys.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!]; // a public key has both
    }

    public void Dispose() => keys.Dispose();
}
