using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>The people of a tenant. An owner changes roles and removes people; the last owner stays.</summary>
internal static class MemberEndpoints
{
    internal sealed record View(Guid UserId, string Email, string Name, string Role, DateTimeOffset JoinedAt);

    internal sealed record RoleRequest(string? Role);

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(TenantDb db, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        var members = await db.RunAsync(set => (
            from membership in set.Set<Membership>().AsNoTracking()
            join person in set.Set<Person>().AsNoTracking() on membership.UserId equals person.Id
            orderby membership.CreatedAt
            select new View(membership.UserId.Value, person.Email, person.Name, membership.Role, membership.CreatedAt)).ToListAsync(ct), ct);
        return TypedResults.Ok(Paging.Cut(members, member => member.UserId, limit, cursor));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> ChangeRole(
        Guid userId, RoleRequest request, TenantContext tenant, TenantDb db, AuditLog audit, SessionGuard guard, CancellationToken ct)
    {
        if (request.Role is null || !TenantRoles.All.Contains(request.Role)) return Problem.Invalid("role", "Use one of: owner, trader, viewer.");
        var outcome = await ApplyAsync(db, async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("update tenancy.memberships set role = $2 where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            command.Parameters.AddWithValue(request.Role);
            if (await command.ExecuteNonQueryAsync(token) == 0) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.role_changed", userId.ToString(), $$"""{"role":"{{request.Role}}"}""", connection, token);
            return true;
        }, ct);
        guard.Forget();
        return Answer(outcome);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid userId, TenantContext tenant, TenantDb db, AuditLog audit, SessionTokens sessions, CancellationToken ct)
    {
        // The guard asks for the membership each time, so they are out at once. That nothing lives again when they are invited anew is the
        // database's doing for tokens, and for sessions done below.
        var outcome = await ApplyAsync(db, async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("delete from tenancy.memberships where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            if (await command.ExecuteNonQueryAsync(token) == 0) return false;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.removed", userId.ToString(), null, connection, token);
            return true;
        }, ct);
        if (outcome == Outcome.Done) await sessions.EndInTenantAsync(userId, tenant.Tenant.Value, "removed from the tenant", ct);
        return Answer(outcome);
    }

    private const string OwnerKept = "tenant_keeps_an_owner";

    private enum Outcome
    {
        Done,
        NotFound,
        LastOwner,
    }

    // The database keeps the last owner, at the commit: whoever changes members asks there, not before.
    private static async Task<Outcome> ApplyAsync(
        TenantDb db, Func<NpgsqlConnection, CancellationToken, Task<bool>> change, CancellationToken ct)
    {
        try
        {
            return await db.RunSqlAsync(connection => change(connection, ct), ct) ? Outcome.Done : Outcome.NotFound;
        }
        catch (PostgresException e) when (e.ConstraintName == OwnerKept)
        {
            return Outcome.LastOwner;
        }
    }

    private static Results<NoContent, ProblemHttpResult> Answer(Outcome outcome) => outcome switch
    {
        Outcome.Done => TypedResults.NoContent(),
        Outcome.NotFound => Problem.NotFound(),
        _ => Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.LastOwner, "A tenant keeps at least one owner. Make somebody else an owner first."),
    };
}
