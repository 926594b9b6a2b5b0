using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Writes and reads access tokens: ES256, ten minutes, type <c>at+jwt</c> (RFC 9068). Nothing but ES256 with a key of the ring is ever
/// accepted.
/// </summary>
internal sealed class AccessTokenFormat(SigningKeys keys, TimeProvider clock)
{
    public const string Issuer = "tradeflow";
    public const string Audience = "tradeflow-api";
    public const string Type = "at+jwt";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private const int LongestToken = 4096;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    public async Task<string> WriteAsync(Caller caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var key = await keys.SignerAsync(ct);
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = Type,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
            Claims = new Dictionary<string, object>
            {
                [TradeFlowClaims.User] = caller.User.ToString(),
                [TradeFlowClaims.Session] = caller.Session.ToString()!, // written for sessions only
                [TradeFlowClaims.Tenant] = caller.Tenant.ToString(),
                [TradeFlowClaims.TenantRole] = caller.TenantRole,
                [TradeFlowClaims.PlatformRole] = caller.PlatformRole,
                [TradeFlowClaims.Scope] = caller.Scope,
                [TradeFlowClaims.Proof] = caller.SecondFactor ? new[] { "pwd", "otp", TradeFlowClaims.SecondFactor } : ["pwd"],
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
            },
        });
    }

    /// <summary>The user and the session that a sound token names, and when it ends; <c>null</c> for anything else.</summary>
    public async Task<(Guid User, Guid Session, DateTimeOffset Ends)?> ReadAsync(string token, CancellationToken ct)
    {
        if (token.Length > LongestToken || !Handler.CanReadToken(token)) return null;
        string kid;
        try
        {
            kid = new JsonWebToken(token).Kid ?? "";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
        if (kid.Length is 0 or > 64 || await keys.FindAsync(kid, ct) is not { } key) return null;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = key,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = Skew,
            LifetimeValidator = Lives,
        });
        if (!result.IsValid) return null;
        var principal = new ClaimsPrincipal(result.ClaimsIdentity);
        return principal.Guid(TradeFlowClaims.User) is { } user && principal.Guid(TradeFlowClaims.Session) is { } session
            ? (user, session, new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero))
            : null;
    }

    // The library would read the machine's clock.
    private bool Lives(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + Skew && (notBefore is not { } start || now > start - Skew);
    }
}
