using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel.Keys;

/// <summary>Master keys, and how secrets were sealed when the master key was all there was.</summary>
internal static class MasterKeyText
{
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public static Dictionary<string, string?> Settings(string newest, params string[] old)
    {
        Dictionary<string, string?> settings = new() { ["Secrets:MasterKey"] = newest };
        for (var at = 0; at < old.Length; at++) settings[$"Secrets:OldMasterKeys:{at}"] = old[at];
        return settings;
    }

    public static byte[] Derived(string master, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromBase64String(master), 32,
            info: Encoding.UTF8.GetBytes("tradeflow:" + purpose));

    public static byte[] SealedBefore(byte[] key, byte[] plain, string owner)
    {
        var nonce = RandomNumberGenerator.GetBytes(12);
        var (tag, cipher) = (new byte[16], new byte[plain.Length]);
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(nonce, plain, cipher, tag, Encoding.UTF8.GetBytes(owner));
        return [1, .. nonce, .. tag, .. cipher];
    }

    /// <summary>A process that was given these.</summary>
    public static ServiceProvider Process(PlatformFixture platform, string newest, params string[] old) =>
        PlatformFixture.KeysOf(platform.ConfigurationWith(Settings(newest, old)));
}
