using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Rights.Deletion;

/// <summary>An owner gives the tenant up. For a week that can be taken back; its accounts can only close positions meanwhile.</summary>
internal static class DeletionEndpoints
{
    public const string HasAdministrator = "tenant.has_administrator";

    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <param name="Name">The name of the workspace, as a person who means it types it; left out, it is not compared.</param>
    internal sealed record Request(string? Name = null);

    internal sealed record Asked(DateTimeOffset DeletesAt);

    /// <param name="OpenPositions">What stays open at the brokers when nobody closes it before.</param>
    internal sealed record View(DateTimeOffset? DeletesAt, string Workspace, long Accounts, long OpenPositions, long WorkingOrders);

    internal static Task<View> Get(TenantDb db, CancellationToken ct) => db.RunSqlAsync(async connection =>
    {
        await using var command = new NpgsqlCommand("""
            select t.deletes_at, t.name, (select count(*) from accounts.accounts where deleted_at is null),
                (select count(*) from trading.positions where status = 'OPEN'),
                (select count(*) from trading.orders where status in ('WORKING', 'PARTIALLY_FILLED'))
            from tenancy.tenants t
            """, connection);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct); // whoever is let in has a tenant
        return new View(row.TimeOrNull(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
    }, ct);

    internal static async Task<Results<Ok<Asked>, ProblemHttpResult>> Ask(
        TenantContext tenant, TenantDb db, Database database, DeletionChange change, TimeProvider clock, HttpContext http,
        CancellationToken ct, Request? request = null)
    {
        if (request?.Name is { } typed && typed.Trim() != (await Get(db, ct)).Workspace)
            return Problem.Invalid("name", "Type the name of the workspace as it is.");
        if (await HasAdministratorAsync(tenant, database, ct))
            return Problem.Of(StatusCodes.Status409Conflict, HasAdministrator,
                "An administrator of this server has no other workspace. Take the role away first, or the workspace stays.");
        var deletesAt = await change.ToAsync(clock.GetUtcNow() + Grace, http, ct);
        return TypedResults.Ok(new Asked(deletesAt!.Value)); // it is set, or was set before
    }

    internal static async Task<NoContent> TakeBack(DeletionChange change, HttpContext http, CancellationToken ct)
    {
        await change.ToAsync(null, http, ct);
        return TypedResults.NoContent();
    }

    private static async Task<bool> HasAdministratorAsync(TenantContext tenant, Database database, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select exists (select from tenancy.memberships m join tenancy.users u on u.id = m.user_id and u.role = 'admin'
                where m.tenant_id = $1 and not exists (select from tenancy.memberships o where o.user_id = m.user_id and o.tenant_id <> m.tenant_id))
            """);
        command.Parameters.AddWithValue(tenant.Tenant.Value);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}

/// <summary>
/// Sets the day on which a tenant goes, or takes it back, and all that hangs on it: its accounts, a line of audit, a word to every owner.
/// </summary>
internal sealed class DeletionChange(
    TenantContext tenant, TenantDb db, Entitlements entitlements, AuditLog audit, Notifications notifications, Outbox outbox,
    PublicAddress address, RedisBus bus, TimeProvider clock)
{
    /// <returns>The day that stands now: asked for once, another wish does not move it.</returns>
    public async Task<DateTimeOffset?> ToAsync(DateTimeOffset? deletesAt, HttpContext http, CancellationToken ct)
    {
        var origin = address.OriginFor(http);
        var (stands, changed) = await db.RunSqlAsync(async connection =>
        {
            var entitlement = await entitlements.LockAsync(tenant.Wall, connection, ct);
            var before = await ReadAsync(connection, ct);
            if (before is null == deletesAt is null) return (before, (IReadOnlyList<Guid>)[]);
            await WriteAsync(deletesAt, connection, ct);
            var accounts = await AccountsWithinPlan.ApplyAsync(tenant.Wall, entitlement.Plan.Limits, connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, deletesAt is null
                ? "tenant.deletion_taken_back" : "tenant.deletion_requested", tenant.Tenant.ToString(), null, connection, ct);
            await TellAsync(deletesAt, origin, connection, ct);
            return (deletesAt, accounts);
        }, ct);
        foreach (var account in changed) bus.Publish(Topics.AccountChanged, account.ToString());
        outbox.Ring();
        return stands;
    }

    private static async Task<DateTimeOffset?> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select deletes_at from tenancy.tenants for no key update", connection);
        return await command.ExecuteScalarAsync(ct) is DateTime at ? new DateTimeOffset(at) : null;
    }

    private async Task WriteAsync(DateTimeOffset? deletesAt, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update tenancy.tenants set deletes_at = $1, deletion_asked_by = $2 where deleted_at is null", connection);
        command.Parameters.AddTime(deletesAt);
        command.Parameters.AddId(deletesAt is null ? null : tenant.User.Value);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task TellAsync(DateTimeOffset? deletesAt, string origin, NpgsqlConnection connection, CancellationToken ct)
    {
        var words = deletesAt is { } day
            ? $"This workspace is deleted on {day.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Until then its accounts can close positions, but not open new ones."
            : "This workspace is not deleted after all. Its accounts trade again.";
        await notifications.AddAsync(tenant.Tenant, deletesAt is null ? Notifications.Info : Notifications.Critical, "tenant.deletion",
            words, null, connection, ct);
        List<(string Email, string Workspace)> owners = [];
        await using (var command = new NpgsqlCommand("""
            select u.email, t.name from tenancy.memberships m join tenancy.users u on u.id = m.user_id join tenancy.tenants t on t.id = m.tenant_id where m.role = 'owner'
            """, connection))
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct)) owners.Add((row.GetString(0), row.GetString(1)));
        }
        foreach (var (email, workspace) in owners)
        {
            var subject = deletesAt is null ? $"{workspace} stays" : $"{workspace} is about to be deleted";
            await new OutgoingMail(email, subject, $"""
                {workspace} at TradeFlow: {words}

                {(deletesAt is null ? "" : $"Positions that are open on that day stay open at your brokers. An owner can take it back until then: {origin}/settings")}
                """).AddAsync("mail.deletion", tenant.Tenant, outbox, clock, connection, ct);
        }
    }
}
