using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.OAuth.Access;
using TradeFlow.Platform.OAuth.Apps;
using TradeFlow.Platform.OAuth.Consent;
using TradeFlow.Platform.OAuth.Server;
using TradeFlow.Platform.OAuth.Storage;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.OAuth;

public static class OAuthModule
{
    public static TBuilder AddOAuthApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddDbContext<OAuthDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<Database>().System));
        builder.EnrichNpgsqlDbContext<OAuthDb>(KernelModule.WithoutRetry);
        services.AddAuthorizationServer();
        services.AddSingleton<ProgramGrants>();
        services.AddSingleton<IProgramGrants>(provider => provider.GetRequiredService<ProgramGrants>());
        services.AddSingleton<KnownApps>();
        services.AddSingleton<Consents>();
        services.AddSingleton<Decisions>();
        return builder;
    }

    /// <summary>What is forgotten in time.</summary>
    public static TBuilder AddOAuthWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        // A day after their end: a code or a refresh token that comes a second time is told from one that never was.
        services.AddSweep("oauth.tokens", every: TimeSpan.FromHours(1), where: "expires_at < $1 - interval '1 day'");
        // A log-in with a program whose tokens are all gone, and consents a month after they were taken back.
        services.AddSweep("oauth.grants", every: TimeSpan.FromHours(1),
            where: "created_at < $1 - interval '1 day' and (type = 'ad-hoc' or (status <> 'valid' " +
                "and created_at < $1 - interval '30 days')) and not exists (select from oauth.tokens t where t.grant_id = grants.id)");
        services.AddSweep("oauth.browsers", every: TimeSpan.FromHours(1), where: "expires_at < $1");
        services.AddKeptTable("oauth.apps", "made by hand, at most fifty for each tenant");
        services.AddExported("oauth.apps", "apps", "client_secret", "concurrency_token");
        services.AddExported("oauth.grants", "app_grants", "concurrency_token");
        services.AddNotExported("oauth.tokens", "tokens: they never leave");
        return builder;
    }

    /// <summary>Serves what is OpenIddict's.</summary>
    public static void UseOAuth(this IApplicationBuilder app) => app.UseMiddleware<ConnectMiddleware>();

    public static void MapOAuth(this IEndpointRouteBuilder app)
    {
        // Their protocol is told by /.well-known/openid-configuration.
        app.MapMethods("/connect/authorize", ["GET", "POST"], Authorize.Handle).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/connect/token", Exchange.Handle).AllowAnonymous().ExcludeFromDescription();
        app.MapMethods("/connect/userinfo", ["GET", "POST"], UserInfo.Handle).AllowAnonymous().ExcludeFromDescription();

        var apps = app.MapGroup("/api/tenant/apps").WithTags("Apps")
            .RequireAuthorization(TradeFlowPolicies.Owner, TradeFlowPolicies.Person);
        apps.MapGet("", AppEndpoints.List).WithName("ListApps").WithSummary("Programs that your tenant has made known")
            .WithDescription("Newest first, without their secrets.");
        apps.MapPost("", AppEndpoints.Create).WithName("CreateApp").WithSummary("Make a program known")
            .WithDescription("It may then ask people for access, by OAuth 2.1 with PKCE (docs/oauth.md). Scopes: openid, profile, " +
                "offline_access, read, trade; trade includes read. redirect_uris are compared exactly: https, or http to this machine " +
                "itself. A confidential app gets a secret, shown once, and may act for your own tenant by client credentials. " +
                "403 auth.confirm_required when your log-in is some minutes old.").RequireFreshProof();
        apps.MapDelete("/{clientId:guid}", AppEndpoints.Delete).WithName("DeleteApp").WithSummary("Forget a program")
            .WithDescription("Everything that anybody has let it do ends.").RequireFreshProof();

        var person = app.MapGroup("/api/user").WithTags("Apps").RequireAuthorization(TradeFlowPolicies.Person);
        person.MapGet("/consent", ConsentEndpoints.Get).WithName("GetConsentRequest").WithSummary("What a program asks for")
            .WithDescription("For the consent screen: request stands in its address. " +
                "404 for an app that is not there, or not for your tenant.");
        person.MapPost("/consent", ConsentEndpoints.Decide).WithName("DecideConsent").WithSummary("Let a program in, or refuse it")
            .WithDescription("Into the tenant that your session is in. The browser goes on to continue_url.").RequireFreshProof();
        person.MapGet("/grants", GrantEndpoints.List).WithName("ListGrants").WithSummary("Programs that you have let in")
            .WithDescription("In the tenant that your session is in, newest first.");
        person.MapDelete("/grants/{clientId:guid}", GrantEndpoints.Revoke).WithName("RevokeGrant")
            .WithSummary("Take a program's access back").WithDescription("Its tokens stop working at once.");
    }
}
