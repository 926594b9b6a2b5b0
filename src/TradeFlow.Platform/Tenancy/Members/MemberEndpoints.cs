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
        var outcome = await ApplyAsync(userId, tenant, db, request.Role == TenantRoles.Owner, async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("update tenancy.memberships set role = $2 where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            command.Parameters.AddWithValue(request.Role);
            await command.ExecuteNonQueryAsync(token);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.role_changed", userId.ToString(), $$"""{"role":"{{request.Role}}"}""", connection, token);
        }, ct);
        guard.Forget();
        return Answer(outcome);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid userId, TenantContext tenant, TenantDb db, AuditLog audit, SessionGuard guard, CancellationToken ct)
    {
        // Sessions and tokens of the person for this tenant stop by themselves: the guard asks for the membership each time.
        var outcome = await ApplyAsync(userId, tenant, db, staysOwner: false, async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("delete from tenancy.memberships where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            await command.ExecuteNonQueryAsync(token);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.removed", userId.ToString(), null, connection, token);
        }, ct);
        guard.Forget();
        return Answer(outcome);
    }

    private enum Outcome
    {
        Done,
        NotFound,
        LastOwner,
    }

    // All memberships are locked first, so that two owners cannot remove each other at the same moment.
    private static Task<Outcome> ApplyAsync(
        Guid userId, TenantContext tenant, TenantDb db, bool staysOwner, Func<NpgsqlConnection, CancellationToken, Task> change, CancellationToken ct) =>
        db.RunSqlAsync(async connection =>
        {
            Dictionary<Guid, string> roles = [];
            await using (var command = new NpgsqlCommand("select user_id, role from tenancy.memberships where tenant_id = $1 order by user_id for update", connection))
            {
                command.Parameters.AddWithValue(tenant.Tenant.Value);
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct)) roles[reader.GetGuid(0)] = reader.GetString(1);
            }
            if (!roles.TryGetValue(userId, out var role)) return Outcome.NotFound;
            if (role == TenantRoles.Owner && !staysOwner && roles.Values.Count(other => other == TenantRoles.Owner) == 1) return Outcome.LastOwner;
            await change(connection, ct);
            return Outcome.Done;
        }, ct);

    private static Results<NoContent, ProblemHttpResult> Answer(Outcome outcome) => outcome switch
    {
        Outcome.Done => TypedResults.NoContent(),
        Outcome.NotFound => Problem.NotFound(),
        _ => Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.LastOwner, "A tenant keeps at least one owner. Make somebody else an owner first."),
    };
}
