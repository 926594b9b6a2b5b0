using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Storage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>What of OpenIddict we use: code with PKCE, refresh and client credentials, over our tables and with our keys.</summary>
internal static class ServerSetup
{
    public static readonly TimeSpan AccessLives = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CodeLives = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefreshLives = TimeSpan.FromDays(30);
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    public static void AddAuthorizationServer(this IServiceCollection services)
    {
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<OAuthDb>()
                // Scopes are ours alone: their table is neither there nor asked for.
                .ReplaceDefaultEntities<App, Grant, OpenIddictEntityFrameworkCoreScope<Guid>, Token, Guid>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize").SetTokenEndpointUris("connect/token")
                    .SetIntrospectionEndpointUris("connect/introspect").SetRevocationEndpointUris("connect/revoke")
                    .SetUserInfoEndpointUris("connect/userinfo");
                server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
                server.RegisterScopes(Scopes.Profile, Scopes.OfflineAccess, AppScopes.Read, AppScopes.Trade)
                    .DisableScopeValidation();
                server.RegisterClaims(Claims.Email, Claims.EmailVerified, Claims.Name, "tenant");
                server.SetAccessTokenLifetime(AccessLives).SetIdentityTokenLifetime(AccessLives).SetAuthorizationCodeLifetime(CodeLives)
                    .SetRefreshTokenLifetime(RefreshLives).SetRefreshTokenReuseLeeway(Leeway);
                server.DisableAccessTokenEncryption().UseReferenceRefreshTokens();
                server.AddEventHandler(RevokeFamily.Descriptor);
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough()
                    .EnableUserInfoEndpointPassthrough()
                    // TLS ends before us.
                    .DisableTransportSecurityRequirement();
                server.Configure(Narrow);
            });
        services.AddSingleton<ServerKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(provider => provider.GetRequiredService<ServerKeys>());
        services.AddOptions<OpenIddictServerOptions>().Configure<PublicAddress, TimeProvider>((options, address, clock) =>
            (options.Issuer, options.TimeProvider) = (address.Url, clock));
        services.AddSingleton<IAuthenticationSchemeProvider, OwnPathSchemes>();
        services.AddSingleton<TokenFailures>();
        WithoutDataProtection(services);
    }

    private static void Narrow(OpenIddictServerOptions options)
    {
        options.CodeChallengeMethods.Clear();
        options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
        // A page that posts itself would be a script of the page, and a fragment stays in histories.
        options.ResponseModes.Clear();
        options.ResponseModes.Add(ResponseModes.Query);
        // An app proves itself by its secret alone: none has keys.
        options.ClientAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt);
        options.ClientAssertionTypes.Clear();
        options.PromptValues.Clear();
        options.PromptValues.UnionWith([PromptValues.Consent, PromptValues.None]);
    }

    // It comes along with OpenIddict, would write key files at the start, and nothing here uses it.
    private static void WithoutDataProtection(IServiceCollection services)
    {
        var start = services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.FullName?.StartsWith("Microsoft.AspNetCore.DataProtection.", StringComparison.Ordinal) == true)
            .ToList();
        foreach (var service in start) services.Remove(service);
    }
}
