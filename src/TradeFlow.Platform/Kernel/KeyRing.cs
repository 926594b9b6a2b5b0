using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.Platform.Kernel;

/// <summary>Every key of the platform, derived from one master key by HKDF, so that one secret is kept and none is used for two things.</summary>
public sealed class KeyRing
{
    private readonly byte[] master;

    public KeyRing(IConfiguration configuration)
    {
        const string path = "Secrets:MasterKey";
        var text = configuration[path] ?? throw new InvalidOperationException($"{path} is not set: give 32 random bytes in base64 (the AppHost makes one by itself).");
        Span<byte> bytes = stackalloc byte[64];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 32)
            throw new InvalidOperationException($"{path} must be at least 32 bytes in base64.");
        master = bytes[..length].ToArray();
    }

    public byte[] Derive(string purpose, int length = 32) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, length, info: Encoding.UTF8.GetBytes("tradeflow:" + purpose));
}
