using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>
/// The invited person, logged in, joins the tenant. The session moves there at once and the next log-in leads there too;
/// <c>/auth/switch</c> leads back.
/// </summary>
internal static class AcceptInvitation
{
    internal sealed record Request(string? Token);

    internal sealed record Answer(Guid TenantId, string Role, string AccessToken, int ExpiresIn);

    internal static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext caller, Database database, TenantSwitch tenants, AuditLog audit,
        CancellationToken ct)
    {
        if (!OpaqueToken.Is(OpaqueToken.InvitationPrefix, request.Token))
            return Problem.Invalid("token", "This is not an invitation of ours.");

        if (await JoinAsync(request.Token!, caller.User, database, audit, ct) is not { } tenant)
            return Problem.Of(StatusCodes.Status404NotFound, TenancyProblems.InvitationInvalid,
                "This invitation was used, has expired, or was made for another e-mail address.");

        // The membership is there and the policy lets sessions in only, so the move cannot fail but for a log-out at the same moment.
        var moved = await tenants.MoveAsync(http.User.Guid(TradeFlowClaims.Session)!.Value, caller.User, tenant, ct);
        return moved is { } tokens
            ? TypedResults.Ok(new Answer(tenant.Value, tokens.Role, tokens.AccessToken, (int)AccessTokenFormat.Lifetime.TotalSeconds))
            : Problem.Of(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthenticated, "The session has ended. Log in again.");
    }

    // The person is not in the tenant yet, so this crosses the wall: guarded by the token and by the address that it was made for.
    private static async Task<TenantId?> JoinAsync(string token, UserId user, Database database, AuditLog audit, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = new NpgsqlCommand("""
            with taken as (
                update tenancy.invitations i set accepted_at = now() from tenancy.users u
                where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now() and u.id = $2 and u.normalized_email = i.normalized_email
                returning i.tenant_id, i.role, i.accounts)
            insert into tenancy.memberships as m (tenant_id, user_id, role, accounts) select tenant_id, $2, role, accounts from taken
            on conflict (tenant_id, user_id) do update
                set role = case when array_position($3, excluded.role) < array_position($3, m.role) then excluded.role else m.role end,
                    accounts = case when 'owner' in (excluded.role, m.role) then null else m.accounts end
            returning tenant_id
            """, connection);
        command.Parameters.AddWithValue(OpaqueToken.Hash(token));
        command.Parameters.AddWithValue(user.Value);
        // Who is a member already may have been invited before they became more: an invitation never lowers a role, and leaves the accounts
        // to the owner who chose them.
        command.Parameters.AddWithValue(TenantRoles.All.ToArray());
        if (await command.ExecuteScalarAsync(ct) is not Guid joined) return null;
        await audit.WriteAsync(new TenantId(joined), user, "member.joined", user.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);
        return new TenantId(joined);
    }
}
