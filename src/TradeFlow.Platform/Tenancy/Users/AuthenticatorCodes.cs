using OtpNet;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// The one-time codes of authenticator apps: RFC 6238 with SHA-1, 30 s and 6 digits, which is what every such app speaks. It tells the time
/// step of a code, so that a code can be made to work once.
/// </summary>
internal static class AuthenticatorCodes
{
    private const string Issuer = "TradeFlow";
    private static readonly VerificationWindow OneStepEitherWay = new(previous: 1, future: 1);

    /// <summary>The step of the code within one step of now, or <c>null</c> when it is none of ours.</summary>
    public static long? Match(string secretBase32, string code, DateTimeOffset now) =>
        new Totp(Base32Encoding.ToBytes(secretBase32)).VerifyTotp(now.UtcDateTime, code, out var step, OneStepEitherWay) ? step : null;

    public static string OtpAuthUri(string email, string secretBase32) => new OtpUri(OtpType.Totp, secretBase32, email, Issuer).ToString();
}
