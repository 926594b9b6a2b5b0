using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Admin;

/// <summary>What the people who run the platform see of all tenants: it reads across every wall, and changes nothing.</summary>
public static class AdminModule
{
    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/api/admin").WithTags("Administration").RequireAuthorization(TradeFlowPolicies.Admin).RequireFreshProof();
        admin.MapGet("/tenants", Tenants.List).WithName("ListTenants").WithSummary("All tenants")
            .WithDescription(
                "Newest first. query finds a part of the name or slug, an id, or a part of a member's address; plan narrows it. " +
                    "A page holds limit rows (50, at most 500); the header Link names the next one. Administrators only; 404 for everybody else.");
        admin.MapGet("/users", Users.List).WithName("ListUsers").WithSummary("All people")
            .WithDescription(
                "Newest first. query finds a part of the address or name, or an id. A page holds limit rows (50, at most 500); " +
                    "the header Link names the next one. Administrators only; 404 for everybody else.");
        admin.MapGet("/accounts", BrokerAccounts.List).WithName("ListAllAccounts").WithSummary("The broker accounts of all tenants")
            .WithDescription(
                "Newest first, without keys. tenant_id, broker and status narrow it. Administrators only; 404 for everybody else.");
        admin.MapGet("/webhooks", Webhooks.List).WithName("ListAllWebhooks").WithSummary("The signals of all tenants")
            .WithDescription("Newest first, without what was sent: that is the tenant's. tenant_id, broker, status (422 or 4xx), from and to narrow it. " +
                "Administrators only; 404 for everybody else.");
        admin.MapGet("/health", PlatformHealth.Get).WithName("GetPlatformHealth").WithSummary("How the platform is")
            .WithDescription("The Api, PostgreSQL and Redis as this replica sees them; Workers with their lanes; orders that wait, are unknown or need a person; " +
                "lanes that nobody runs; plugins; feeds. Times in UTC. Administrators only; 404 for everybody else.");
    }
}
