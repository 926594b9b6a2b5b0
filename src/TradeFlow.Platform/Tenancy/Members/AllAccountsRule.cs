using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Members;

[OpenToModules]
internal static class AllAccountsRule
{
    /// <summary>
    /// The route is about the workspace as a whole, or adds an account to it: 403 <c>auth.forbidden</c> for a member whose accounts are a
    /// list, whatever their role.
    /// </summary>
    public static TRoute RequireAllAccounts<TRoute>(this TRoute route) where TRoute : IEndpointConventionBuilder =>
        route.AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<TenantContext>().Accounts.IsAll
                ? await next(context)
                : Problem.Of(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden,
                    "This is about all accounts of the workspace, and you see some of them: ask an owner."));
}
