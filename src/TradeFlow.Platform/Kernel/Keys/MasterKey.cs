using System.Security.Cryptography;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>A key that is kept apart from the data. It seals data keys and nothing else.</summary>
internal sealed class MasterKey
{
    private static readonly byte[] Head = [1];
    private readonly byte[] wrapping;

    /// <param name="setting">Where it was given.</param>
    public MasterKey(string setting, byte[] secret)
    {
        (Setting, Secret) = (setting, secret);
        wrapping = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "tradeflow:data-keys"u8.ToArray());
        Id = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 8, info: "tradeflow:master-key-id"u8.ToArray()));
    }

    public string Setting { get; }

    /// <summary>Tells keys apart and says nothing of the key.</summary>
    public string Id { get; }

    internal byte[] Secret { get; }

    public byte[] Wrap(byte[] key, string owner) => Gcm.Seal(wrapping, Head, key, owner);

    /// <exception cref="CryptographicException">It is of another master key or owner, or damaged.</exception>
    public byte[] Unwrap(byte[] box, string owner) => Gcm.Open(wrapping, Head.Length, box, owner);

    public override string ToString() => $"{Id} ({Setting})";
}
