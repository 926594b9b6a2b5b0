using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Rights.Deletion;

/// <summary>
/// Ends a tenant whose day has come, in one transaction: nobody gets in any more, its log-ins at brokers are forgotten, and people who had
/// no other tenant are gone. What it has kept is erased afterwards (<see cref="TenantErasure"/>).
/// </summary>
internal sealed class TenantRemoval(Database database, AuditLog audit, Outbox outbox, RedisBus bus, TimeProvider clock)
{
    // In the order in which others take the same rows: the plan, then the accounts.
    private static readonly string[] Ends =
    [
        "select 1 from billing.billing_status where tenant_id = $1 for update",
        "select billing.keep_spent_trials($1)",
        """
        update accounts.accounts set deleted_at = coalesce(deleted_at, now()), enabled = false, disabled_reason = 'deleted'
        where id in (select id from accounts.accounts where tenant_id = $1 order by id for update)
        """,
        // What of its secrets is missed below, or written late, opens no more.
        "select kernel.destroy_data_key($1)",
        "delete from accounts.account_secrets where tenant_id = $1",
        "delete from accounts.api_keys where tenant_id = $1",
        "delete from connectors.connector_state where tenant_id = $1",
        "delete from connectors.agents where tenant_id = $1",
        "delete from strategies.keys where tenant_id = $1",
        // Accounts of others that follow what this tenant published, and programs that others let in.
        "delete from strategies.activations where strategy_id in (select id from strategies.strategies where tenant_id = $1)",
        "delete from oauth.apps where tenant_id = $1",
        "delete from oauth.tokens where tenant_id = $1",
        "delete from oauth.grants where tenant_id = $1",
        "delete from tenancy.personal_tokens where tenant_id = $1",
        "delete from tenancy.invitations where tenant_id = $1",
        "delete from tenancy.sessions where tenant_id = $1",
        "update tenancy.users set default_tenant = null where default_tenant = $1",
        """
        delete from tenancy.users u where u.role <> 'admin'
            and exists (select from tenancy.memberships m where m.user_id = u.id and m.tenant_id = $1)
            and not exists (select from tenancy.memberships m where m.user_id = u.id and m.tenant_id <> $1)
        """,
        "delete from tenancy.memberships where tenant_id = $1",
    ];

    /// <summary>Those whose day has come and whose subscription has ended: for a day it waits for Stripe.</summary>
    public async Task<IReadOnlyList<TenantId>> DueAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            select t.id from tenancy.tenants t where t.deletes_at <= now() and t.deleted_at is null and (t.deletes_at < now() - interval '1 day' or not exists (
                select from billing.subscriptions s where s.tenant_id = t.id and s.status in ('active', 'trialing', 'past_due', 'unpaid', 'paused', 'incomplete')))
            order by t.deletes_at limit 20
            """);
        List<TenantId> due = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) due.Add(new TenantId(row.GetGuid(0)));
        return due;
    }

    /// <returns>False when it was taken back at this moment.</returns>
    public async Task<bool> RemoveAsync(TenantId tenant, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var owners = await ListAsync("""
            select u.email from tenancy.memberships m join tenancy.users u on u.id = m.user_id where m.tenant_id = $1 and m.role = 'owner'
            """, row => row.GetString(0), tenant, connection, ct);
        var askedBy = await ListAsync("""
            update tenancy.tenants set deleted_at = now(), name = 'Deleted workspace', slug = id::text
            where id = $1 and deletes_at <= now() and deleted_at is null returning deletion_asked_by
            """, row => row.GuidOrNull(0), tenant, connection, ct);
        if (askedBy is not [var person]) return false;
        foreach (var sql in Ends)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
            command.Parameters.AddWithValue(tenant.Value);
            await command.ExecuteNonQueryAsync(ct);
        }
        var accounts = await ListAsync("select id from accounts.accounts where tenant_id = $1", row => row.GetGuid(0), tenant,
            connection, ct);
        await audit.WriteAsync(tenant, person is { } user ? new UserId(user) : null, "tenant.deleted", tenant.ToString(), null,
            connection, ct);
        foreach (var email in owners)
            await new OutgoingMail(email, "Your workspace is deleted", """
                Your TradeFlow workspace is deleted, as an owner asked a week ago, with all that it had. Positions that were open stay as they are at your brokers.
                """).AddAsync("mail.deleted", tenant: null, outbox, clock, connection, ct);
        await transaction.CommitAsync(ct);
        // Whoever serves them ends their sessions at the brokers.
        foreach (var account in accounts) bus.Publish(Topics.AccountChanged, account.ToString());
        outbox.Ring();
        return true;
    }

    private static async Task<List<T>> ListAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(tenant.Value);
        List<T> values = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) values.Add(read(row));
        return values;
    }
}
