using System.Security.Cryptography;

namespace TradeFlow.BrokerSdk.Packaging;

/// <summary>
/// A publisher's private key, with the publisher's name: PKCS#8 in PEM after the line <c>Publisher: name</c>, encrypted when there is a
/// passphrase.
/// </summary>
internal sealed class SigningKey : IDisposable
{
    private const string NameLine = "Publisher: ";

    // OWASP, Password Storage Cheat Sheet: PBKDF2 with HMAC-SHA256, 600,000 rounds.
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);
    private readonly ECDsa key;

    private SigningKey(string publisher, ECDsa key) => (Publisher, this.key, Public) = (publisher, key, PublisherKey.Of(key));

    public string Publisher { get; }

    public PublisherKey Public { get; }

    public static SigningKey Create(string publisher) =>
        PublisherNames.IsOne(publisher) ? new SigningKey(publisher,
            ECDsa.Create(ECCurve.NamedCurves.nistP256)) : throw new FormatException($"a publisher's name has {PublisherNames.Rule}");

    public static bool IsEncrypted(string pem) => pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);

    /// <exception cref="FormatException">It is no such key, or the passphrase is not its own.</exception>
    public static SigningKey Parse(string pem, string? passphrase)
    {
        var name = pem.Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith(NameLine, StringComparison.Ordinal))?[NameLine.Length..];
        if (!PublisherNames.IsOne(name))
            throw new FormatException($"the key has no line \"{NameLine}name\" above it ({PublisherNames.Rule})");
        var key = ECDsa.Create();
        try
        {
            if (IsEncrypted(pem))
                key.ImportFromEncryptedPem(pem, passphrase ?? throw new FormatException("the key is encrypted and there is no passphrase"));
            else key.ImportFromPem(pem);
            // A public key alone would be found out only at the signature.
            key.ExportParameters(includePrivateParameters: true);
            return new SigningKey(name!, key); // it is a name
        }
        catch (Exception e)
        {
            key.Dispose();
            if (e is CryptographicException or ArgumentException)
                throw new FormatException(IsEncrypted(pem) ? "the passphrase is not that of the key, or the key is damaged"
                    : "this is no private key that tradeflow-broker keygen wrote", e);
            throw;
        }
    }

    public string ToPem(string? passphrase) =>
        $"{NameLine}{Publisher}\n{(passphrase is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, Encryption))}\n";

    public PackageSignature Sign(ReadOnlySpan<byte> sums) => new()
    {
        Publisher = Publisher,
        KeyId = Public.Id,
        Algorithm = PackageSignature.EcdsaP256,
        Value = key.SignData(PackageSignature.Message(Publisher, sums), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
    };

    public void Dispose() => key.Dispose();
}
