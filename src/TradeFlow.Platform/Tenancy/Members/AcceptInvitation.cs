using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>
/// The invited person, logged in, joins the tenant. The session moves there at once and the next log-in leads there too; <c>/auth/switch</c> leads back.
/// </summary>
internal static class AcceptInvitation
{
    internal sealed record Request(string? Token);

    internal sealed record Answer(Guid TenantId, string Role, string AccessToken, int ExpiresIn);

    internal static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext caller, Database database, TenantSwitch tenants, AuditLog audit, CancellationToken ct)
    {
        if (!OpaqueToken.Is(OpaqueToken.InvitationPrefix, request.Token)) return Problem.Invalid("token", "This is not an invitation of ours.");

        // The person is not in the tenant yet, so this crosses the wall: guarded by the token and by the address that it was made for.
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        Guid tenant;
        await using (var command = new NpgsqlCommand("""
            with taken as (
                update tenancy.invitations i set accepted_at = now() from tenancy.users u
                where i.token_hash = $1 and i.accepted_at is null and i.expires_at > now() and u.id = $2 and u.normalized_email = i.normalized_email
                returning i.tenant_id, i.role)
            insert into tenancy.memberships (tenant_id, user_id, role) select tenant_id, $2, role from taken
            on conflict (tenant_id, user_id) do update set role = excluded.role returning tenant_id
            """, connection))
        {
            command.Parameters.AddWithValue(OpaqueToken.Hash(request.Token!));
            command.Parameters.AddWithValue(caller.User.Value);
            if (await command.ExecuteScalarAsync(ct) is not Guid joined)
                return Problem.Of(StatusCodes.Status404NotFound, TenancyProblems.InvitationInvalid, "This invitation was used, has expired, or was made for another e-mail address.");
            tenant = joined;
        }
        await audit.WriteAsync(new TenantId(tenant), caller.User, "member.joined", caller.User.ToString(), null, connection, ct);
        await transaction.CommitAsync(ct);

        // The membership is there and the policy lets sessions in only, so the move cannot fail but for a log-out at the same moment.
        var moved = await tenants.MoveAsync(http.User.Guid(TradeFlowClaims.Session)!.Value, caller.User, new TenantId(tenant), ct);
        return moved is { } tokens
            ? TypedResults.Ok(new Answer(tenant, tokens.Role, tokens.AccessToken, (int)AccessTokenFormat.Lifetime.TotalSeconds))
            : Problem.Of(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthenticated, "The session has ended. Log in again.");
    }
}
