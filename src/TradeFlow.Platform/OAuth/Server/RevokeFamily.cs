using OpenIddict.Abstractions;
using OpenIddict.Server;
using TradeFlow.Platform.Kernel;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace TradeFlow.Platform.OAuth.Server;

/// <summary>Whoever takes a refresh token back means what came of it, too: the access tokens of the same log-in end with it.</summary>
internal sealed class RevokeFamily(Database database) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>().UseSingletonHandler<RevokeFamily>()
            .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 500).Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (context.GenericTokenPrincipal is not { } token || !token.HasTokenType(TokenTypeIdentifiers.RefreshToken)
            || !Guid.TryParse(token.GetAuthorizationId(), out var family)) return;
        await using var command = database.System.CreateCommand("""
            with ended as (update oauth.grants set status = 'revoked', concurrency_token = gen_random_uuid()::text where id = $1 and type = 'ad-hoc')
            update oauth.tokens set status = 'revoked', concurrency_token = gen_random_uuid()::text where grant_id = $1 and status <> 'revoked' and id <> $2
            """);
        command.Parameters.AddWithValue(family);
        command.Parameters.AddWithValue(Guid.Parse(token.GetTokenId()!)); // every token of ours is in the table; this one is OpenIddict's to end
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
