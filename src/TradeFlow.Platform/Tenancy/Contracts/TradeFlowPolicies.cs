namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>
/// What an endpoint asks of its caller. The role of a person and the scope of a personal access token must both allow it.
/// </summary>
public static class TradeFlowPolicies
{
    /// <summary>Any member of the tenant; scope <c>read</c>.</summary>
    public const string Read = "read";

    /// <summary>An owner or a trader; scope <c>trade</c>.</summary>
    public const string Trade = "trade";

    /// <summary>An owner; scope <c>admin</c>.</summary>
    public const string Owner = "owner";

    /// <summary>
    /// An administrator of the platform whose session has proven a second factor. For everybody who is none the route does not exist.
    /// </summary>
    public const string Admin = "admin";

    /// <summary>A person who logged in: no personal access token, whatever its scope.</summary>
    public const string Person = "person";
}

/// <summary>Scopes of a personal access token; each includes the one before.</summary>
public static class TokenScopes
{
    public const string Read = "read";
    public const string Trade = "trade";
    public const string Admin = "admin";

    /// <summary>All of them, the narrowest first.</summary>
    public static readonly IReadOnlyList<string> All = [Read, Trade, Admin];
}

/// <summary>Roles in a tenant.</summary>
public static class TenantRoles
{
    public const string Owner = "owner";
    public const string Trader = "trader";
    public const string Viewer = "viewer";

    /// <summary>The one that may most first.</summary>
    public static readonly IReadOnlyList<string> All = [Owner, Trader, Viewer];
}

/// <summary>Names of the rate limits that the Api registers.</summary>
public static class RateLimitPolicies
{
    /// <summary>Sign-up and log-in, per address.</summary>
    public const string SignIn = "sign-in";
}
