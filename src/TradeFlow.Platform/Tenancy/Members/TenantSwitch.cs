using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>Moves a session to another tenant of the same person, and makes that one their home.</summary>
internal sealed class TenantSwitch(Database database, AccessTokenFormat format, SessionGuard guard)
{
    internal sealed record Request(Guid? TenantId);

    internal static async Task<Results<Ok<AcceptInvitation.Answer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, TenantContext caller, TenantSwitch tenants, CancellationToken ct)
    {
        if (request.TenantId is not { } tenant) return Problem.Invalid("tenant_id", "Name the tenant.");
        // The policy lets sessions in only.
        return await tenants.MoveAsync(http.User.Guid(TradeFlowClaims.Session)!.Value, caller.User, new TenantId(tenant), ct) is { } moved
            ? TypedResults.Ok(new AcceptInvitation.Answer(tenant, moved.Role, moved.AccessToken,
                (int)AccessTokenFormat.Lifetime.TotalSeconds))
            : Problem.NotFound();
    }

    public async Task<(string AccessToken, string Role)?> MoveAsync(Guid session, UserId user, TenantId tenant, CancellationToken ct)
    {
        await using (var command = database.System.CreateCommand("""
            with moved as (
                update tenancy.sessions s set tenant_id = $3 from tenancy.memberships m
                where s.id = $1 and s.user_id = $2 and s.revoked_at is null and m.user_id = $2 and m.tenant_id = $3 returning s.id)
            update tenancy.users set default_tenant = $3 where id = $2 and exists (select 1 from moved)
            """))
        {
            command.Parameters.AddWithValue(session);
            command.Parameters.AddWithValue(user.Value);
            command.Parameters.AddWithValue(tenant.Value);
            if (await command.ExecuteNonQueryAsync(ct) == 0) return null;
        }
        guard.Forget();
        return await guard.SessionAsync(session, user.Value, fresh: true, ct) is { } caller
            ? (await format.WriteAsync(caller, ct), caller.TenantRole) : null;
    }
}
