using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>The policies of <see cref="TradeFlowPolicies"/>: a role and a scope each.</summary>
internal static class AuthorizationRules
{
    public static void AddTradeFlowPolicies(this IServiceCollection services) =>
        services.AddAuthorizationBuilder()
            .AddPolicy(TradeFlowPolicies.Read,
                policy => policy.RequireAuthenticatedUser().RequireAssertion(context => HasScope(context, TokenScopes.Read)))
            .AddPolicy(TradeFlowPolicies.Trade, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                HasRole(context, TenantRoles.Owner, TenantRoles.Trader) && HasScope(context, TokenScopes.Trade)))
            .AddPolicy(TradeFlowPolicies.Owner, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                HasRole(context, TenantRoles.Owner) && HasScope(context, TokenScopes.Admin)))
            .AddPolicy(TradeFlowPolicies.Admin, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                IsAdministrator(context.User) && context.User.HasClaim(claim => claim.Type == TradeFlowClaims.Session)
                && context.User.HasClaim(TradeFlowClaims.Proof, TradeFlowClaims.SecondFactor)))
            .AddPolicy(TradeFlowPolicies.Person, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                context.User.HasClaim(claim => claim.Type == TradeFlowClaims.Session)));

    public static bool IsAdministrator(ClaimsPrincipal person) => person.HasClaim(TradeFlowClaims.PlatformRole, "admin");

    private static bool HasRole(AuthorizationHandlerContext context, params ReadOnlySpan<string> roles) =>
        roles.Contains(context.User.FindFirst(TradeFlowClaims.TenantRole)?.Value ?? "");

    private static bool HasScope(AuthorizationHandlerContext context, string scope) => HasScope(context.User, scope);

    public static bool HasScope(ClaimsPrincipal caller, string scope)
    {
        var granted = caller.FindFirst(TradeFlowClaims.Scope)?.Value;
        var all = TokenScopes.All.ToList();
        return granted is not null && all.IndexOf(granted) >= all.IndexOf(scope);
    }
}
