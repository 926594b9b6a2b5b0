using System.Security.Cryptography;
using System.Text;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Random bearer secrets of ours: 256 bits in base62 behind a prefix that a secret scanner can know. At rest there is a SHA-256: the secret
/// has nothing to guess.
/// </summary>
internal static class OpaqueToken
{
    public const string RefreshPrefix = "tfr_";
    public const string PersonalPrefix = "tfp_";
    public const string InvitationPrefix = "tfi_";
    public const string VerifyPrefix = "tfv_";
    public const string ResetPrefix = "tfw_";
    private const int Letters = 43;

    public static string Make(string prefix) => prefix + KeyText.Random(Letters);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static bool Is(string prefix, string? token) =>
        token is not null && token.Length == prefix.Length + Letters && token.StartsWith(prefix, StringComparison.Ordinal);
}
