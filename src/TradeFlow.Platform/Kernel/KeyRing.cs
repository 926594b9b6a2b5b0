using System.Security.Cryptography;
using System.Text;
using TradeFlow.Platform.Kernel.Keys;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Peppers and keys of signatures, derived by HKDF from one root, so that none is used for two things. A new master key changes none of
/// them.
/// </summary>
public sealed class KeyRing
{
    private readonly DataKeys keys;

    internal KeyRing(DataKeys keys) => this.keys = keys;

    public byte[] Derive(string purpose, int length = 32) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.Root, length, info: Encoding.UTF8.GetBytes("tradeflow:" + purpose));
}
