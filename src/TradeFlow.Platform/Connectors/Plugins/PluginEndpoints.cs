using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>What an administrator sees of the plugins, every version of them, and the order to look again.</summary>
internal static class PluginEndpoints
{
    /// <param name="State"><c>active</c>, <c>disabled</c>, <c>not_supported</c>, <c>faulted</c>, <c>draining</c>, <c>superseded</c> or
    /// <c>deleted</c>.</param>
    /// <param name="Reason">Why it is not active, with the mend.</param>
    /// <param name="Sha256">Of all its files, as <c>plugins.lock.json</c> lists it.</param>
    /// <param name="Sessions">Log-ins that run on this version.</param>
    /// <param name="Publisher">Who has signed it, as the signature proves; <c>null</c> unless <c>signed</c>.</param>
    /// <param name="KeyId">SHA-256 of the key that signed it.</param>
    /// <param name="Signed">An allowed publisher has signed just these files.</param>
    /// <param name="Trust">What vouches for it: <c>signature</c>, <c>lock</c> (the build or the operator lists it) or <c>none</c>.</param>
    internal sealed record View(
        string Broker, string Name, string Version, string? Owner, string Sdk, string State, string? Reason, string Sha256, string Folder,
        int Sessions, PluginConformance? Conformance, DateTimeOffset SeenAt, string? Publisher, string? KeyId, bool Signed, string Trust);

    internal sealed record ReloadView(string Message);

    public static void Map(IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup("/api/admin/plugins").WithTags("Administration").RequireAuthorization(TradeFlowPolicies.Admin)
            .RequireFreshProof();
        admin.MapGet("", List).WithName("ListPlugins").WithSummary("Every version of every connector that the Workers have")
            .WithDescription("With its state, the reason and the mend when it does not run, its hash, who has signed it, its sessions and what its conformance report says. Administrators only; 404 for everybody else.");
        admin.MapPost("/reload", Reload).WithName("ReloadPlugins").WithSummary("Read the plugin folders now")
            .WithDescription("The Workers find changes by themselves within two seconds; this makes them look at once, where a file system tells nothing. The list shows what came of it.");
    }

    private static async Task<Ok<List<View>>> List(PluginCatalogue catalogue, CancellationToken ct) =>
        TypedResults.Ok((await catalogue.ReadAllVersionsAsync(ct)).Select(entry => new View(
            entry.Slug, entry.Manifest.Name, entry.Manifest.Version, entry.Manifest.Owner, entry.Manifest.Sdk, Named(entry.State),
            entry.Reason, entry.Sha256, entry.Folder, entry.Sessions, entry.Conformance, entry.SeenAt, entry.Origin.Publisher,
            entry.Origin.KeyId, entry.Origin.Trust == PluginTrust.Signature, Named(entry.Origin.Trust))).ToList());

    private static string Named<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static async Task<Accepted<ReloadView>> Reload(
        RedisBus bus, Database database, AuditLog audit, TenantContext caller, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await audit.WriteAsync(caller.Tenant, caller.User, "plugins.reloaded", null, null, connection, ct);
        bus.Publish(Topics.PluginsReload, "");
        return TypedResults.Accepted("/api/admin/plugins", new ReloadView("The Workers read their plugin folders again."));
    }
}
