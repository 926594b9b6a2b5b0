using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>
/// The people of a tenant. An owner changes roles, says who sees which accounts, and removes people; the last owner stays.
/// </summary>
internal static class MemberEndpoints
{
    /// <param name="Accounts">The accounts that they see and trade; <c>null</c> is all. Who sees some is shown no others here.</param>
    internal sealed record View(
        Guid UserId, string Email, string Name, string Role, DateTimeOffset JoinedAt, IReadOnlyList<Guid>? Accounts);

    internal sealed record ChangeRequest(string? Role = null)
    {
        /// <summary>
        /// The accounts that they see and trade; <c>null</c> is all. Left out it stays as it is; an owner always sees all.
        /// </summary>
        public Guid[]? Accounts
        {
            get;
            init
            {
                field = value;
                NamesAccounts = true;
            }
        }

        internal bool NamesAccounts { get; private init; }
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        TenantContext tenant, TenantDb db, CancellationToken ct, int? limit = null, string? cursor = null)
    {
        if (Paging.Check(limit, cursor) is { } fault) return fault;
        var members = await db.RunAsync(set => (
            from membership in set.Set<Membership>().AsNoTracking()
            join person in set.Set<Person>().AsNoTracking() on membership.UserId equals person.Id
            orderby membership.CreatedAt
            select new View(membership.UserId.Value, person.Email, person.Name, membership.Role, membership.CreatedAt,
                membership.Accounts)).ToListAsync(ct), ct);
        return TypedResults.Ok(Paging.Cut(members.ConvertAll(Shown), member => member.UserId, limit, cursor));

        View Shown(View member) =>
            member.Accounts is { } listed ? member with { Accounts = [.. listed.Where(tenant.Accounts.Sees)] } : member;
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Change(
        Guid userId, ChangeRequest request, TenantContext tenant, TenantDb db, IOwnAccounts own, AuditLog audit, SessionGuard guard,
        RedisBus bus, CancellationToken ct)
    {
        if (request.Role is not { } role || !TenantRoles.All.Contains(role))
            return Problem.Invalid("role", "Use one of: owner, trader, viewer.");
        if (MemberAccounts.Fault(role, request.Accounts) is { } fault) return Problem.Invalid("accounts", fault);
        var outcome = await ApplyAsync(db, async (connection, token) =>
        {
            if (await FindAsync(userId, connection, token) is not var (roleBefore, accountsBefore)) return Outcome.NotFound;
            if (!await MemberAccounts.AreOwnAsync(request.Accounts, own, connection, token)) return Outcome.NotOwnAccount;
            var accounts = role == TenantRoles.Owner ? null : request.NamesAccounts
                ? request.Accounts?.Distinct().ToArray() : accountsBefore;
            await using var command = new NpgsqlCommand(
                "update tenancy.memberships set role = $2, accounts = $3 where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            command.Parameters.AddWithValue(role);
            command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Uuid, accounts);
            await command.ExecuteNonQueryAsync(token);
            if (role != roleBefore || !request.NamesAccounts)
                await audit.WriteAsync(tenant.Tenant, tenant.User, "member.role_changed", userId.ToString(), $$"""{"role":"{{role}}"}""",
                    connection, token);
            if (!AccountScope.Of(accounts).IsSameAs(AccountScope.Of(accountsBefore)))
                await audit.WriteAsync(tenant.Tenant, tenant.User, "member.accounts_changed", userId.ToString(),
                    $$"""{"accounts":{{MemberAccounts.Json(accounts)}},"before":{{MemberAccounts.Json(accountsBefore)}}}""",
                    connection, token);
            return Outcome.Done;
        }, ct);
        Tell(tenant, guard, bus);
        return Answer(outcome);
    }

    // The row is held: what is written beside the new list in the audit log is what it was.
    private static async Task<(string Role, Guid[]? Accounts)?> FindAsync(Guid user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select role, accounts from tenancy.memberships where user_id = $1 for update", connection);
        command.Parameters.AddWithValue(user);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetString(0), row.IsDBNull(1) ? null : row.GetFieldValue<Guid[]>(1)) : null;
    }

    // This process forgets at once what it knew, whether or not Redis is there; the others do when they hear of it, and within two seconds
    // without.
    private static void Tell(TenantContext tenant, SessionGuard guard, RedisBus bus)
    {
        guard.Forget();
        bus.Publish(Topics.MembersChanged, tenant.Tenant.ToString());
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid userId, TenantContext tenant, TenantDb db, AuditLog audit, SessionTokens sessions, SessionGuard guard, RedisBus bus,
        CancellationToken ct)
    {
        // The guard asks for the membership each time, so they are out at once. That nothing lives again when they are invited anew is the
        // database's doing for tokens, and for sessions done below.
        var outcome = await ApplyAsync(db, async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("delete from tenancy.memberships where user_id = $1", connection);
            command.Parameters.AddWithValue(userId);
            if (await command.ExecuteNonQueryAsync(token) == 0) return Outcome.NotFound;
            await audit.WriteAsync(tenant.Tenant, tenant.User, "member.removed", userId.ToString(), null, connection, token);
            return Outcome.Done;
        }, ct);
        Tell(tenant, guard, bus);
        if (outcome == Outcome.Done) await sessions.EndInTenantAsync(userId, tenant.Tenant.Value, "removed from the tenant", ct);
        return Answer(outcome);
    }

    private const string OwnerKept = "tenant_keeps_an_owner";

    private enum Outcome
    {
        Done,
        NotFound,
        NotOwnAccount,
        LastOwner,
    }

    // The database keeps the last owner, at the commit: whoever changes members asks there, not before.
    private static async Task<Outcome> ApplyAsync(
        TenantDb db, Func<NpgsqlConnection, CancellationToken, Task<Outcome>> change, CancellationToken ct)
    {
        try
        {
            return await db.RunSqlAsync(connection => change(connection, ct), ct);
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
        Outcome.NotOwnAccount => Problem.Invalid("accounts", MemberAccounts.NotOwn),
        _ => Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.LastOwner,
            "A tenant keeps at least one owner. Make somebody else an owner first."),
    };
}
