using System.Security.Claims;

namespace TradeFlow.Platform.Kernel;

/// <summary>Who acts, and for which tenant. Set once per request from the token or the API key, never from a body.</summary>
public sealed class TenantContext
{
    public TenantId Tenant { get; private set; }
    public UserId User { get; private set; }
    public string Role { get; private set; } = "";

    /// <summary>Which accounts of the tenant the caller sees.</summary>
    public AccountScope Accounts { get; private set; } = AccountScope.All;

    public Wall Wall => new(Tenant, Accounts);
    public bool IsSet => Tenant != default;

    public void Set(TenantId tenant, UserId user, string role, AccountScope? accounts = null)
    {
        if (IsSet && Tenant != tenant) throw new InvalidOperationException("The tenant of a request is set once.");
        (Tenant, User, Role, Accounts) = (tenant, user, role, accounts ?? AccountScope.All);
    }
}

/// <summary>Names of the claims of an access token.</summary>
public static class TradeFlowClaims
{
    public const string User = "sub";
    public const string Tenant = "tid";
    public const string TenantRole = "role";
    public const string PlatformRole = "prole";
    public const string Session = "sid";
    public const string Scope = "scope";

    /// <summary>The accounts that a member sees, as <see cref="AccountScope"/> writes them; none for all.</summary>
    public const string Accounts = "accounts";

    /// <summary>How the session was proven (RFC 8176); <see cref="SecondFactor"/> when more than a password.</summary>
    public const string Proof = "amr";
    public const string SecondFactor = "mfa";

    public static Guid? Guid(this ClaimsPrincipal principal, string claim) =>
        System.Guid.TryParse(principal.FindFirst(claim)?.Value, out var value) ? value : null;
}
