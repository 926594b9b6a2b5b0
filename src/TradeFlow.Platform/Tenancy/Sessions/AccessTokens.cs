using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// Turns the text of a bearer credential into a principal. The claims come from the database, not from the token: it proves who calls, the
/// database says what they may do now.
/// </summary>
[OpenToModules]
internal sealed class AccessTokens(AccessTokenFormat format, SessionGuard guard, IProgramGrants programs)
{
    /// <summary>Name of the claim with the Unix second at which an access token ends; a personal access token has none.</summary>
    public const string EndsClaim = "exp";

    /// <param name="from">The address that it came from; <c>null</c> where that was said before.</param>
    /// <param name="fresh">Ask the database although it was asked a moment ago: for everything that changes something.</param>
    public async Task<ClaimsPrincipal?> ValidateAsync(string token, IPAddress? from, bool fresh, CancellationToken ct)
    {
        if (OpaqueToken.Is(OpaqueToken.PersonalPrefix, token))
            return await guard.TokenAsync(OpaqueToken.Hash(token), from, fresh, ct) is { } program ? Principal(program, null) : null;
        if (await format.ReadAsync(token, ct) is not { } read)
            return await programs.ReadAsync(token, ct) is { } granted && await guard.ProgramAsync(granted, fresh, programs, ct) is { } app
                ? Principal(app, granted.Ends)
                : null;
        return await guard.SessionAsync(read.Session, read.User, fresh, ct) is { } person ? Principal(person, read.Ends) : null;
    }

    /// <summary>What was ended is not trusted any more by this process; others follow within two seconds.</summary>
    public void Forget() => guard.Forget();

    /// <summary>
    /// Whether the credential opens what is only looked at: a program may have been let in to know who somebody is, and no more.
    /// </summary>
    public static bool MayRead(ClaimsPrincipal caller) => AuthorizationRules.HasScope(caller, TokenScopes.Read);

    /// <summary>Which accounts of their tenant the caller sees.</summary>
    public static AccountScope AccountsOf(ClaimsPrincipal caller) => AccountScope.Parse(caller.FindFirst(TradeFlowClaims.Accounts)?.Value);

    private static ClaimsPrincipal Principal(Caller caller, DateTimeOffset? ends)
    {
        var identity = new ClaimsIdentity(BearerAuthentication.Scheme, TradeFlowClaims.User, TradeFlowClaims.TenantRole);
        identity.AddClaim(new Claim(TradeFlowClaims.User, caller.User.ToString()));
        identity.AddClaim(new Claim(TradeFlowClaims.Tenant, caller.Tenant.ToString()));
        identity.AddClaim(new Claim(TradeFlowClaims.TenantRole, caller.TenantRole));
        identity.AddClaim(new Claim(TradeFlowClaims.PlatformRole, caller.PlatformRole));
        identity.AddClaim(new Claim(TradeFlowClaims.Scope, caller.Scope));
        if (!caller.Accounts.IsAll) identity.AddClaim(new Claim(TradeFlowClaims.Accounts, caller.Accounts.ToString()));
        if (caller.SecondFactor) identity.AddClaim(new Claim(TradeFlowClaims.Proof, TradeFlowClaims.SecondFactor));
        if (caller.Session is { } session) identity.AddClaim(new Claim(TradeFlowClaims.Session, session.ToString()));
        if (ends is { } end) identity.AddClaim(new Claim(EndsClaim, end.ToUnixTimeSeconds().ToString()));
        return new ClaimsPrincipal(identity);
    }
}
