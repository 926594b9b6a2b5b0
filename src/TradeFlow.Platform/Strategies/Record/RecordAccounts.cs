using Npgsql;
using TradeFlow.Platform.Accounts.Connecting;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Strategies.Record;

/// <summary>
/// The paper account that follows a public strategy from its first signal on, so that everybody sees the same record. It belongs to a
/// tenant of the platform's own, which nobody is a member of.
/// </summary>
internal sealed class RecordAccounts(PaperAccounts accounts, RedisBus bus, TimeProvider clock)
{
    public static readonly TenantId Tenant = new(new Guid("00000000-0000-7000-8000-000000000001"));

    /// <summary>In the caller's transaction, with the system role.</summary>
    /// <returns>The account, to be told of after the commit.</returns>
    public async Task<AccountId> OpenAsync(StrategyId strategy, string name, NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var house = new NpgsqlCommand("""
            insert into tenancy.tenants (id, slug, name) values ($1, 'tradeflow-records', 'TradeFlow records') on conflict (id) do nothing;
            """, connection))
        {
            house.Parameters.AddWithValue(Tenant.Value);
            await house.ExecuteNonQueryAsync(ct);
        }
        // On the largest plan, which lets its entries pass for as long as it is there.
        await using (var plan = new NpgsqlCommand(
            "insert into billing.billing_status (tenant_id, plan, status) values ($1, 'elite', 'active') on conflict (tenant_id) do nothing",
            connection))
        {
            plan.Parameters.AddWithValue(Tenant.Value);
            await plan.ExecuteNonQueryAsync(ct);
        }
        await using (var usage = new NpgsqlCommand(
            "insert into billing.usage_counters (tenant_id) values ($1) on conflict (tenant_id) do nothing", connection))
        {
            usage.Parameters.AddWithValue(Tenant.Value);
            await usage.ExecuteNonQueryAsync(ct);
        }
        var account = await accounts.OpenAsync(Tenant, name, connection, ct);
        await using var follow = new NpgsqlCommand(
            "insert into strategies.activations (id, tenant_id, strategy_id, account_id, is_record, created_at) values ($1, $2, $3, $4, true, $5)",
            connection);
        follow.Parameters.AddWithValue(NewId.At(clock));
        follow.Parameters.AddWithValue(Tenant.Value);
        follow.Parameters.AddWithValue(strategy.Value);
        follow.Parameters.AddWithValue(account.Value);
        follow.Parameters.AddTime(clock.GetUtcNow());
        await follow.ExecuteNonQueryAsync(ct);
        return account;
    }

    /// <returns>The account, to be told of after the commit; <c>null</c> where there is none.</returns>
    public async Task<AccountId?> CloseAsync(StrategyId strategy, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select account_id from strategies.activations where strategy_id = $1 and is_record", connection);
        command.Parameters.AddWithValue(strategy.Value);
        if (await command.ExecuteScalarAsync(ct) is not Guid id) return null;
        var account = new AccountId(id);
        await accounts.CloseAsync(account, connection, ct);
        return account;
    }

    /// <summary>Tells the Workers of the account.</summary>
    public void Tell(AccountId account) => bus.Publish(Topics.AccountChanged, account.ToString());
}
