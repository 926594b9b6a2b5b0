using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>AES-256-GCM in one array: a head as it is, nonce, tag, and what is sealed. The owner is bound in and not stored.</summary>
internal static class Gcm
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> plain, string owner)
    {
        var box = new byte[head.Length + NonceSize + TagSize + plain.Length];
        head.CopyTo(box);
        var nonce = box.AsSpan(head.Length, NonceSize);
        var tag = box.AsSpan(head.Length + NonceSize, TagSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, box.AsSpan(head.Length + NonceSize + TagSize), tag, Encoding.UTF8.GetBytes(owner));
        return box;
    }

    /// <exception cref="CryptographicException">Sealed with another key, for another owner, or damaged.</exception>
    public static byte[] Open(byte[] key, int head, ReadOnlySpan<byte> box, string owner)
    {
        if (box.Length < head + NonceSize + TagSize) throw new CryptographicException("Not a sealed value.");
        var plain = new byte[box.Length - head - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(
            box.Slice(head, NonceSize), box[(head + NonceSize + TagSize)..], box.Slice(head + NonceSize, TagSize), plain,
            Encoding.UTF8.GetBytes(owner));
        return plain;
    }
}
