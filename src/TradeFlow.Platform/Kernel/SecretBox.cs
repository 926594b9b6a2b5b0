using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Kernel;

/// <summary>Seals small secrets with AES-256-GCM. The owner (tenant, row, field) is bound in, so that a sealed value moved to another row does not open.</summary>
public sealed class SecretBox(KeyRing keys)
{
    private const byte Version = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] key = keys.Derive("seal");

    public byte[] Seal(ReadOnlySpan<byte> plain, string owner)
    {
        var box = new byte[1 + NonceSize + TagSize + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, box.AsSpan(1 + NonceSize + TagSize), box.AsSpan(1 + NonceSize, TagSize), Encoding.UTF8.GetBytes(owner));
        return box;
    }

    public byte[] Seal(string plain, string owner) => Seal(Encoding.UTF8.GetBytes(plain), owner);

    /// <exception cref="CryptographicException">Sealed with another master key, for another owner, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string owner)
    {
        if (box.Length < 1 + NonceSize + TagSize || box[0] != Version) throw new CryptographicException("Not a sealed value.");
        var plain = new byte[box.Length - 1 - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(box.Slice(1, NonceSize), box[(1 + NonceSize + TagSize)..], box.Slice(1 + NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(owner));
        return plain;
    }

    public string OpenText(ReadOnlySpan<byte> box, string owner) => Encoding.UTF8.GetString(Open(box, owner));
}
