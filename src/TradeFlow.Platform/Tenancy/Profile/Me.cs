using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.Profile;

/// <summary>The person behind the token, with the tenant they work in.</summary>
internal static class Me
{
    /// <param name="Verified">Whether the person has proven that mails to this address reach them.</param>
    /// <param name="Role"><c>user</c> or <c>admin</c>: the role on the platform. The role in the tenant is <c>tenant.role</c>.</param>
    /// <param name="TimeZone">Where times are told: an IANA zone, or <c>local</c> for that of the browser; <c>null</c> where nothing was
    /// chosen.</param>
    internal sealed record View(
        Guid Id, string Email, string Name, string Plan, string Role, DateTimeOffset CreatedAt, DateTimeOffset? TrialStart,
        long TradesCount, bool TwoFactorEnabled, bool Verified, string? TimeZone, TenantView Tenant, IReadOnlyList<TenantView> Tenants);

    /// <param name="DeletesAt">When the tenant goes, where an owner has asked for it.</param>
    /// <param name="Accounts">The accounts that the person sees and trades there; <c>null</c> is all.</param>
    internal sealed record TenantView(
        Guid Id, string Slug, string Name, string Role, DateTimeOffset? DeletesAt, IReadOnlyList<Guid>? Accounts);

    /// <summary>What is left out stays as it is.</summary>
    /// <param name="Name">Your own name.</param>
    /// <param name="TimeZone">Where times are told: an IANA zone, or <c>local</c> for that of the browser.</param>
    internal sealed record Patch(string? Name, string? TimeZone);

    private const string Local = "local";

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        TenantContext tenant, TenantDb db, Database database, IPlanFacts plans, CancellationToken ct) =>
        await ReadAsync(tenant, db, database, plans, ct) is { } view
            ? TypedResults.Ok(view)
            : Problem.Of(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, "The program acts for a tenant, and is no person.");

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Change(
        Patch patch, TenantContext tenant, TenantDb db, Database database, IPlanFacts plans, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        if (patch.Name is not null || patch.TimeZone is null) CredentialRules.CheckName(patch.Name, errors);
        if (patch.TimeZone is { } zone and not Local && !IanaZone.IsName(zone))
            errors["time_zone"] = ["Use an IANA time zone, such as America/New_York, or local."];
        if (errors.Count > 0) return Problem.Invalid(errors);

        await using (var command = database.System.CreateCommand("""
            update tenancy.users set name = coalesce($2, name), time_zone = coalesce($3, time_zone), concurrency_stamp = $4 where id = $1
            """))
        {
            command.Parameters.AddWithValue(tenant.User.Value);
            command.Parameters.Add(new() { Value = patch.Name?.Trim() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = patch.TimeZone ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.AddWithValue(Guid.NewGuid().ToString());
            await command.ExecuteNonQueryAsync(ct);
        }
        return TypedResults.Ok((await ReadAsync(tenant, db, database, plans, ct))!); // the policy lets people in
    }

    private static async Task<View?> ReadAsync(TenantContext tenant, TenantDb db, Database database, IPlanFacts plans, CancellationToken ct)
    {
        var facts = await db.RunSqlAsync(connection => plans.ReadAsync(connection, ct), ct);
        // A person sees all tenants that they belong to, so this one read crosses the wall, by the id of the token.
        await using var command = database.System.CreateCommand("""
            select u.email, u.name, u.role, u.created_at, u.two_factor_enabled, t.id, t.slug, t.name, m.role, u.verified_at is not null, t.deletes_at, m.accounts, u.time_zone
            from tenancy.users u join tenancy.memberships m on m.user_id = u.id join tenancy.tenants t on t.id = m.tenant_id
            where u.id = $1 order by t.id = $2 desc, m.created_at
            """);
        command.Parameters.AddWithValue(tenant.User.Value);
        command.Parameters.AddWithValue(tenant.Tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        View? view = null;
        List<TenantView> tenants = [];
        while (await reader.ReadAsync(ct))
        {
            tenants.Add(new TenantView(reader.GetGuid(5), reader.GetString(6), reader.GetString(7), reader.GetString(8),
                reader.TimeOrNull(10), reader.IsDBNull(11) ? null : reader.GetFieldValue<Guid[]>(11)));
            view ??= new View(tenant.User.Value, reader.GetString(0), reader.GetString(1), facts.Plan, reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3), facts.TrialStart, facts.TradesCount, reader.GetBoolean(4), reader.GetBoolean(9),
                reader.TextOrNull(12), tenants[0], tenants);
        }
        return view;
    }
}
