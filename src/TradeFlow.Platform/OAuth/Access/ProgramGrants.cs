using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.OAuth.Server;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth.Access;

/// <summary>
/// Reads the access tokens that OpenIddict has written, on the way into the Api. The signature proves who wrote the token; whether it still
/// counts, and for whom, is asked of the database each time.
/// </summary>
internal sealed class ProgramGrants(SigningKeys keys, PublicAddress address, Database database, TimeProvider clock) : IProgramGrants
{
    private const string Type = "at+jwt";
    private const string TokenId = "oi_tkn_id";
    private const int LongestToken = 4096;
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    public async Task<ProgramToken?> ReadAsync(string token, CancellationToken ct)
    {
        if (token.Length > LongestToken || !Handler.CanReadToken(token)) return null;
        var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            // Without a PublicUrl the issuer is the address that the program came to.
            ValidateIssuer = address.Url is not null,
            ValidIssuer = address.Url?.AbsoluteUri,
            ValidAudience = Principals.Api,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = await keys.AllAsync(ct),
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (_, ends, _, _) => ends is { } end && clock.GetUtcNow().UtcDateTime < end,
        });
        if (!result.IsValid || !result.Claims.TryGetValue(TokenId, out var id) || !Guid.TryParse(id as string, out var row)) return null;
        var scopes = result.Claims.TryGetValue(TradeFlowClaims.Scope, out var granted) ? granted as string ?? "" : "";
        return new ProgramToken(row, AppScopes.Widest(scopes.Split(' ')), new DateTimeOffset(result.SecurityToken.ValidTo, TimeSpan.Zero));
    }

    public async Task<ProgramCaller?> CallerAsync(Guid token, CancellationToken ct)
    {
        // Without a grant it is the program itself, in the tenant that has made it known: it trades there, and is nobody's owner.
        await using var command = database.System.CreateCommand("""
            select coalesce(g.user_id, a.id), coalesce(g.tenant_id, a.tenant_id), coalesce(m.role, 'trader'), coalesce(u.role, 'user'), m.accounts
            from oauth.tokens t join oauth.apps a on a.id = t.app_id
            left join oauth.grants g on g.id = t.grant_id
            left join tenancy.users u on u.id = g.user_id
            left join tenancy.memberships m on m.user_id = g.user_id and m.tenant_id = g.tenant_id
            where t.id = $1 and t.type = $2 and t.status = 'valid' and t.expires_at > now()
              and (t.grant_id is null or (g.status = 'valid' and u.disabled_at is null and m.role is not null))
            """);
        command.Parameters.AddWithValue(token);
        command.Parameters.AddWithValue(TokenTypeIdentifiers.AccessToken);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new ProgramCaller(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2),
                AccountScope.Of(reader.IsDBNull(4) ? null : reader.GetFieldValue<Guid[]>(4)), reader.GetString(3))
            : null;
    }

    /// <summary>The person behind a log-in with a program, while it stands.</summary>
    public async Task<Guid?> PersonAsync(Guid family, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select g.user_id from oauth.grants g
            join tenancy.users u on u.id = g.user_id and u.disabled_at is null
            join tenancy.memberships m on m.user_id = g.user_id and m.tenant_id = g.tenant_id
            where g.id = $1 and g.status = 'valid'
            """);
        command.Parameters.AddWithValue(family);
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }
}
