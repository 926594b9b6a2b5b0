using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>RFC 6238 written again, so that the platform's own code is not its own judge.</summary>
public static class Authenticator
{
    public static string CodeNow(string secret) => CodeAt(secret, StepNow);

    public static long StepNow => DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30;

    public static string CodeAt(string base32, long step)
    {
        var bits = string.Concat(base32
            .Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5,
            '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2)).ToArray();
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The algorithm of the RFC.
        var mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var at = mac[^1] & 15;
        return (((mac[at] & 127) << 24 | mac[at + 1] << 16 | mac[at + 2] << 8 | mac[at + 3]) % 1_000_000).ToString("D6");
    }

    /// <summary>A code that is none of those that are good now.</summary>
    public static string WrongCode(string secret)
    {
        var good = Enumerable.Range(-3, 7).Select(step => CodeAt(secret, StepNow + step)).ToHashSet();
        return Enumerable.Range(0, 100).Select(number => number.ToString("D6")).First(code => !good.Contains(code));
    }
}
