using OpenIddict.Abstractions;
using OpenIddict.Server;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>
/// Whoever takes a refresh token back means what came of it, too: the access tokens of the same log-in end with it. OpenIddict has ended
/// the token itself.
/// </summary>
internal sealed class RevokeFamily(Database database, AccessTokens tokens) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>().UseSingletonHandler<RevokeFamily>()
            .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order + 500).Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (context.GenericTokenPrincipal is not { } token) return;
        if (token.HasTokenType(TokenTypeIdentifiers.RefreshToken) && Guid.TryParse(token.GetAuthorizationId(), out var family))
            await EndAsync(family, context.CancellationToken);
        tokens.Forget();
    }

    private async Task EndAsync(Guid family, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with ended as (
                update oauth.grants set status = 'revoked', concurrency_token = gen_random_uuid()::text where id = $1 and type = 'ad-hoc')
            update oauth.tokens set status = 'revoked', concurrency_token = gen_random_uuid()::text
            where grant_id = $1 and status <> 'revoked'
            """);
        command.Parameters.AddWithValue(family);
        await command.ExecuteNonQueryAsync(ct);
    }
}
