using System.Security.Cryptography;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Contracts;

/// <summary>
/// The id under which a broker knows an order: <c>tf</c> and 22 base32 characters (110 bits) made from the order's id, so that it is the
/// same for every attempt and can be computed again from the row alone.
/// </summary>
public static class ClientOrderId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string For(OrderId order)
    {
        // Hashed: the first bits of a version 7 id are its time, and cutting the text would drop random ones.
        Span<byte> id = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[32];
        order.Value.TryWriteBytes(id, bigEndian: true, out _);
        SHA256.HashData(id, hash);
        Span<char> text = stackalloc char[24];
        (text[0], text[1]) = ('t', 'f');
        for (int letter = 0; letter < 22; letter++)
        {
            var bit = letter * 5;
            var window = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            text[letter + 2] = Alphabet[(window >> (11 - (bit % 8))) & 31];
        }
        return new string(text);
    }
}
