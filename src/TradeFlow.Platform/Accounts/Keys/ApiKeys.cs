using System.Security.Cryptography;
using System.Text;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Keys;

/// <summary>
/// The keys of one account: each opens what its <see cref="KeyScope"/> says and nothing else.
/// <c>{broker}_{first 8 of the account id}_{random}</c> for alerts, <c>{broker}-agent_…</c> for the terminal, with 142 random bits.
/// </summary>
internal sealed class ApiKeys(KeyRing keys, SecretBox box)
{
    private const int LongestSlug = 32;
    private const int LongestMark = 6;

    /// <summary>No key of ours is longer.</summary>
    public const int LongestKey = LongestSlug + LongestMark + KeyText.Tail;

    private readonly byte[] apiPepper = keys.Derive("api-key");
    private readonly byte[] agentPepper = keys.Derive("agent-key");

    public static string Make(string broker, AccountId account, KeyScope scope) =>
        KeyText.Of($"{broker}{scope.Mark}", account.Value);

    public static string Mask(string key) => $"{key[..6]}****{key[^6..]}";

    public byte[] Hash(string key, KeyScope scope)
    {
        Span<byte> text = stackalloc byte[LongestKey * 3];
        return HMACSHA256.HashData(scope == KeyScope.Agent ? agentPepper : apiPepper, text[..Encoding.UTF8.GetBytes(key, text)]);
    }

    // The key can be shown again, so it is sealed besides being hashed; the seal is bound to its account.
    public byte[] Seal(string key, TenantId tenant, AccountId account, KeyScope scope) =>
        box.Seal(tenant, key, OwnerOf(tenant, account, scope));

    public string Open(byte[] sealedKey, TenantId tenant, AccountId account, KeyScope scope) =>
        box.OpenText(tenant, sealedKey, OwnerOf(tenant, account, scope));

    private static string OwnerOf(TenantId tenant, AccountId account, KeyScope scope) => $"account:{tenant}:{account}:{scope.Name}-key";
}
