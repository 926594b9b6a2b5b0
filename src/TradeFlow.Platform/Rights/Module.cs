using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Rights.Deletion;
using TradeFlow.Platform.Rights.Export;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Rights;

/// <summary>What a tenant may ask of its data: all of it, and that it goes.</summary>
public static class RightsModule
{
    public static TBuilder AddRightsApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddScoped<DeletionChange>();
        return builder;
    }

    public static TBuilder AddRightsWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ExportStore>();
        services.AddSingleton<ExportWriter>();
        services.AddSingleton<ExportMaker>();
        services.AddHostedService(provider => provider.GetRequiredService<ExportMaker>());
        services.AddSweep("rights.exports", every: TimeSpan.FromHours(1), along: ["rights.export_parts"], where: "expires_at < $1");
        services.AddSingleton<TenantRemoval>();
        services.AddSingleton<TenantErasure>();
        services.AddRecurringJob<DeletedTenants>();
        services.AddNotExported("rights.exports", "exports that were made");
        services.AddNotExported("rights.export_parts", "exports that were made");
        return builder;
    }

    public static void MapRights(this IEndpointRouteBuilder app)
    {
        var export = app.MapGroup("/api/user/export").WithTags("Your data")
            .RequireAuthorization(TradeFlowPolicies.Owner, TradeFlowPolicies.Person);
        export.MapPost("", ExportEndpoints.Ask).WithName("AskForExport").WithSummary("Ask for everything that your workspace has")
            .WithDescription("A zip with a JSON and a CSV file of each kind of thing, without secrets. It is made in the background; while one is on its way, " +
                "that one is answered. Owners only.").RequireFreshProof();
        export.MapGet("", ExportEndpoints.List).WithName("ListExports").WithSummary("Exports that were asked for")
            .WithDescription("Newest first, for the day that each is kept.");
        export.MapGet("/{id:guid}", ExportEndpoints.Get).WithName("GetExport").WithSummary("How far an export is")
            .WithDescription("status is queued, running, done or failed; progress is in percent. url is where the file is, for 24 hours.");
        export.MapGet("/{id:guid}/file", ExportEndpoints.Fetch).WithName("FetchExport").WithSummary("Fetch an export")
            .WithDescription("With the same token as everything else.").Produces<byte[]>(StatusCodes.Status200OK, "application/zip")
            .RequireFreshProof();

        var deletion = app.MapGroup("/api/tenant/delete").WithTags("Your data")
            .RequireAuthorization(TradeFlowPolicies.Owner, TradeFlowPolicies.Person);
        deletion.MapGet("", DeletionEndpoints.Get).WithName("GetDeletion")
            .WithSummary("Whether your workspace is about to go, and what it has")
            .WithDescription(
                "deletes_at is null where nobody has asked for it. Positions that are open on the day stay open at the brokers.");
        deletion.MapPost("", DeletionEndpoints.Ask).WithName("AskForDeletion").WithSummary("Delete your workspace in seven days")
            .WithDescription("Until then it can be taken back, its accounts can close positions and not open new ones, and its subscription is ended with its period. " +
                "Then everything goes but the audit log, which has ids alone. name, where it is sent, must be that of the workspace. " +
                "409 tenant.has_administrator while an administrator of the server belongs to no other.").RequireFreshProof();
        deletion.MapDelete("", DeletionEndpoints.TakeBack).WithName("TakeDeletionBack").WithSummary("Keep your workspace after all")
            .WithDescription("Its accounts trade as before, and its subscription goes on.").RequireFreshProof();
    }
}
