using OpenIddict.Abstractions;
using TradeFlow.Platform.Kernel;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Apps;

/// <summary>An app in OpenIddict's words.</summary>
internal static class AppDescription
{
    private const string SecretPrefix = "tfs_";
    private const int SecretLetters = 43;

    public static string NewSecret() => SecretPrefix + KeyText.Random(SecretLetters);

    public static OpenIddictApplicationDescriptor Of(Guid id, AppEndpoints.Request request)
    {
        var app = new OpenIddictApplicationDescriptor
        {
            // A web app's addresses are compared as they are written; a native one's would match with any port where none is named.
            ApplicationType = ApplicationTypes.Web,
            ClientId = id.ToString(),
            ClientType = request.Confidential ? ClientTypes.Confidential : ClientTypes.Public,
            ConsentType = ConsentTypes.Explicit,
            DisplayName = request.Name!.Trim(), // checked
        };
        app.RedirectUris.UnionWith((request.RedirectUris ?? []).Select(uri => new Uri(uri)));
        app.Permissions.UnionWith(
            [Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, .. request.Scopes!.Select(ScopePermission)]);
        if (app.RedirectUris.Count > 0)
            app.Permissions.UnionWith(
                [Permissions.Endpoints.Authorization, Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code]);
        if (request.Scopes!.Contains(Scopes.OfflineAccess)) app.Permissions.Add(Permissions.GrantTypes.RefreshToken);
        if (request.Confidential)
            app.Permissions.UnionWith([Permissions.Endpoints.Introspection, Permissions.GrantTypes.ClientCredentials]);
        app.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        return app;
    }

    public static IReadOnlyList<string> ScopesOf(IReadOnlySet<string> permissions) =>
        [.. AppScopes.All.Where(scope => permissions.Contains(ScopePermission(scope)))];

    private static string ScopePermission(string scope) => Permissions.Prefixes.Scope + scope;
}
