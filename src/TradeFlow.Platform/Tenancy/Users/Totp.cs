using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>RFC 6238 with SHA-1, 30 s and 6 digits, which is what every authenticator app speaks. It tells the time step, so that a code can be made to work once.</summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step of the code within one step of now, or <c>null</c> when it is none of ours.</summary>
    public static long? Match(string secretBase32, string code, DateTimeOffset now)
    {
        if (code.Length != 6 || !code.All(char.IsAsciiDigit)) return null;
        var secret = Decode(secretBase32);
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        for (var candidate = step - 1; candidate <= step + 1; candidate++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeAt(secret, candidate)), Encoding.ASCII.GetBytes(code))) return candidate;
        return null;
    }

    public static string OtpAuthUri(string email, string secretBase32) =>
        $"otpauth://totp/TradeFlow:{Uri.EscapeDataString(email)}?secret={secretBase32}&issuer=TradeFlow&algorithm=SHA1&digits=6&period={StepSeconds}";

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6238 as authenticator apps speak it; collisions of SHA-1 do not weaken HMAC-SHA-1.")]
    private static string CodeAt(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[20];
        HMACSHA1.HashData(secret, counter, mac);
        var offset = mac[19] & 0xf;
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[offset..]) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string base32)
    {
        List<byte> bytes = [];
        int buffer = 0, bits = 0;
        foreach (var letter in base32.TrimEnd('='))
        {
            buffer = (buffer << 5) | Alphabet.IndexOf(letter, StringComparison.OrdinalIgnoreCase);
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
