using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using TradeFlow.Platform.Kernel;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Who has let the program in, and the tenant that they were in.</summary>
internal static class UserInfo
{
    /// <param name="Email">With scope <c>profile</c>, as <c>name</c>.</param>
    internal sealed record View(
        string Sub,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Email,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? EmailVerified,
        TenantView Tenant);

    internal sealed record TenantView(Guid Id, string Slug, string Name);

    internal static async Task<Results<Ok<View>, ChallengeHttpResult>> Handle(HttpContext http, Database database, CancellationToken ct)
    {
        var proof = await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        if (proof.Principal is not { } token || !Guid.TryParse(token.GetAuthorizationId(), out var family)) return Gone();
        await using var command = database.System.CreateCommand("""
            select u.id, u.email, u.name, u.verified_at is not null, t.id, t.slug, t.name from oauth.grants g
            join tenancy.users u on u.id = g.user_id and u.disabled_at is null
            join tenancy.memberships m on m.user_id = g.user_id and m.tenant_id = g.tenant_id
            join tenancy.tenants t on t.id = g.tenant_id
            where g.id = $1 and g.status = 'valid'
            """);
        command.Parameters.AddWithValue(family);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return Gone();
        var profile = token.HasScope(Scopes.Profile);
        return TypedResults.Ok(new View(
            reader.GetGuid(0).ToString(), profile ? reader.GetString(1) : null, profile ? reader.GetString(2) : null,
            profile ? reader.GetBoolean(3) : null, new TenantView(reader.GetGuid(4), reader.GetString(5), reader.GetString(6))));
    }

    private static ChallengeHttpResult Gone() => TypedResults.Challenge(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.InvalidToken,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "Nobody stands behind this token.",
        }), [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
