using System.Security.Cryptography;

namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>
/// The public key of a publisher: ECDSA on P-256, the strongest signature that .NET brings on every system without a package.
/// </summary>
internal sealed class PublisherKey
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly byte[] spki;

    private PublisherKey(byte[] spki) => this.spki = spki;

    /// <summary>SHA-256 of its SubjectPublicKeyInfo: <c>openssl pkey -pubin -outform DER | sha256sum</c> says the same.</summary>
    public string Id => FileSums.HashOf(spki);

    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", spki) + "\n";

    /// <summary>Reads a PEM, or the same in Base64 without its frame.</summary>
    /// <exception cref="FormatException">It is no public key on P-256; the message never quotes it.</exception>
    public static PublisherKey Parse(string text)
    {
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new FormatException("this is a private key, which nobody but its publisher may have: take the .pub file beside it");
        try
        {
            using var key = ECDsa.Create();
            if (text.Contains("-----BEGIN", StringComparison.Ordinal)) key.ImportFromPem(text);
            else key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
            return Of(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw new FormatException(
                "this is no public key: take the .pub file that tradeflow-broker keygen wrote (PEM), or its Base64 in one line", e);
        }
    }

    /// <exception cref="FormatException">Another curve.</exception>
    internal static PublisherKey Of(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
            ? new PublisherKey(key.ExportSubjectPublicKeyInfo()) : throw new FormatException("the key is not on the curve P-256");

    public bool HasSigned(PackageSignature signature, ReadOnlySpan<byte> sums)
    {
        if (signature.KeyId != Id) return false;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key.VerifyData(PackageSignature.Message(signature.Publisher, sums), signature.Value, HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
