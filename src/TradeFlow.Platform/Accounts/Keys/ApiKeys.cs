using System.Security.Cryptography;
using System.Text;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>An API key opens the webhook of one account and nothing else: <c>{broker}_{first 8 of the account id}_{random}</c> with 142 random bits.</summary>
internal sealed class ApiKeys(KeyRing keys, SecretBox box)
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLetters = 24;
    private const int LongestSlug = 32;

    /// <summary>No key of ours is longer.</summary>
    public const int LongestKey = LongestSlug + 1 + 8 + 1 + RandomLetters;

    private readonly byte[] pepper = keys.Derive("api-key");

    public static string Make(string broker, AccountId account) => $"{broker}_{account.Value.ToString("N")[..8]}_{RandomNumberGenerator.GetString(Base62, RandomLetters)}";

    public static string Mask(string key) => $"{key[..6]}****{key[^6..]}";

    public byte[] Hash(string key)
    {
        Span<byte> text = stackalloc byte[LongestKey * 3];
        return HMACSHA256.HashData(pepper, text[..Encoding.UTF8.GetBytes(key, text)]);
    }

    // The key can be shown again, so it is sealed besides being hashed; the seal is bound to its account.
    public byte[] Seal(string key, TenantId tenant, AccountId account) => box.Seal(key, OwnerOf(tenant, account));

    public string Open(byte[] sealedKey, TenantId tenant, AccountId account) => box.OpenText(sealedKey, OwnerOf(tenant, account));

    private static string OwnerOf(TenantId tenant, AccountId account) => $"account:{tenant}:{account}:api-key";
}
