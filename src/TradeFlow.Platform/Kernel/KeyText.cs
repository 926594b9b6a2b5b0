using System.Security.Cryptography;

namespace TradeFlow.Platform.Kernel;

/// <summary>Secrets that people copy: digits and ASCII letters, 5.95 random bits each.</summary>
internal static class KeyText
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int OwnerLetters = 8;
    private const int KeyLetters = 24;

    /// <summary>Length of what follows the mark in a key of <see cref="Of"/>.</summary>
    public const int Tail = 1 + OwnerLetters + 1 + KeyLetters;

    public static string Random(int letters) => RandomNumberGenerator.GetString(Base62, letters);

    /// <summary>A key as stands in addresses: <c>{mark}_{first 8 of the owner's id}_{random}</c>, with 142 random bits.</summary>
    public static string Of(string mark, Guid owner) => $"{mark}_{owner.ToString("N")[..OwnerLetters]}_{Random(KeyLetters)}";
}
