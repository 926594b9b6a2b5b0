using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>
/// Stores a fetched subscription and makes the tenant's plan anew from all of its subscriptions, in one transaction. When that changes what
/// the tenant may do, the accounts beyond the plan become exit-only, every account's version grows (so that no replica decides on the old
/// plan), and the people are told.
/// </summary>
internal sealed partial class PlanChanges(
    Database database, PlanCatalogue plans, Entitlements entitlements, AuditLog audit, Notifications notifications, RedisBus bus,
    TimeProvider clock, ILogger<PlanChanges> log)
{
    public async Task ApplyAsync(DueSubscription due, StripeSubscription fetched, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var tenant = await OwnerAsync(due, fetched, connection, ct);
        if (tenant is null) LogNobodys(due.Id, fetched.Customer);
        // The plan first, then the subscription: the order of every writer.
        var before = tenant is { } owner ? await entitlements.LockAsync(Wall.Around(owner), connection, ct) : null;
        if (!await StoreAsync(due, fetched, tenant, connection, ct))
        {
            LogLost(due.Id);
            return;
        }
        IReadOnlyList<Guid> accounts = before is null || tenant is not { } id
            ? [] : await MakeAnewAsync(id, before, fetched.Customer, connection, ct);
        await transaction.CommitAsync(ct);
        foreach (var account in accounts) bus.Publish(Topics.AccountChanged, account.ToString());
    }

    /// <summary>Whose it is: known already, known by its customer, or named by us when it was bought.</summary>
    private static async Task<TenantId?> OwnerAsync(
        DueSubscription due, StripeSubscription fetched, NpgsqlConnection connection, CancellationToken ct)
    {
        if (due.Tenant is { } known) return known;
        await using var command = new NpgsqlCommand("""
            select tenant_id from billing.billing_status
            where stripe_customer_id = $1 or (stripe_customer_id is null and tenant_id in ($2, $3))
            order by stripe_customer_id nulls last, tenant_id = $2 desc nulls last limit 1
            """, connection);
        command.Parameters.AddText(fetched.Customer);
        command.Parameters.AddId(fetched.Tenant);
        command.Parameters.AddId(due.NamedTenant?.Value);
        return await command.ExecuteScalarAsync(ct) is Guid tenant ? new TenantId(tenant) : null;
    }

    private async Task<bool> StoreAsync(
        DueSubscription due, StripeSubscription fetched, TenantId? tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update billing.subscriptions set tenant_id = $3, customer_id = $4, status = $5, price_id = $6, lookup_key = $7, livemode = $8, current_period_end = $9,
                cancel_at_period_end = $10, started_at = $11, past_due_since = case when $5 = 'past_due' then coalesce(past_due_since, $12) end, fetched_at = $12,
                seen = $13, attempts = 0, due_at = $12, lease = null, lease_until = null
            where id = $1 and lease = $2
            """, connection);
        command.Parameters.AddWithValue(due.Id);
        command.Parameters.AddWithValue(due.Lease);
        command.Parameters.AddId(tenant?.Value);
        command.Parameters.AddText(fetched.Customer);
        command.Parameters.AddText(fetched.Status);
        command.Parameters.AddText(fetched.PriceId);
        command.Parameters.AddText(fetched.LookupKey);
        command.Parameters.Add(NpgsqlDbType.Boolean, fetched.IsLive);
        command.Parameters.AddTime(fetched.PeriodEnd);
        command.Parameters.AddWithValue(fetched.CancelAtPeriodEnd);
        command.Parameters.AddTime(fetched.StartedAt);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(due.Wanted);
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    private async Task<IReadOnlyList<Guid>> MakeAnewAsync(
        TenantId tenant, Entitlement before, string? customer, NpgsqlConnection connection, CancellationToken ct)
    {
        var state = PlanState.Of(await ReadAsync(tenant, connection, ct), plans);
        if (state.IsUnknown) LogUnknown(tenant, state.Subscription, state.Status, state.PriceId);
        await WriteAsync(tenant, state, customer, connection, ct);
        var after = await entitlements.FindAsync(tenant, connection, ct);
        if (after.Plan == before.Plan && after.Status == before.Status && after.EntriesEndAt == before.EntriesEndAt) return [];

        var accounts = await ApplyToAccountsAsync(tenant, after.Plan.Limits, connection, ct);
        await audit.WriteAsync(tenant, null, "billing.plan_changed", state.Subscription,
            new JsonObject { ["from"] = before.Plan.Slug, ["to"] = state.Plan, ["from_status"] = before.Status, ["status"] = state.Status }
                .ToJsonString(), connection, ct);
        var (severity, text) = Words(before, after, state);
        await notifications.AddAsync(tenant, severity, "billing.plan_changed", text,
            new JsonObject { ["plan"] = state.Plan, ["status"] = state.Status }.ToJsonString(), connection, ct);
        LogChanged(tenant, before.Plan.Slug, before.Status, state.Plan, state.Status);
        return accounts;
    }

    /// <returns>All accounts of the tenant, whose versions have grown.</returns>
    private static async Task<IReadOnlyList<Guid>> ApplyToAccountsAsync(
        TenantId tenant, PlanLimits limits, NpgsqlConnection connection, CancellationToken ct)
    {
        await AccountsWithinPlan.ApplyAsync(Wall.Around(tenant), limits, connection, ct);
        await using var command = new NpgsqlCommand(
            "update accounts.accounts set version = version + 1 where tenant_id = $1 and deleted_at is null returning id", connection);
        command.Parameters.AddWithValue(tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Guid> accounts = [];
        while (await reader.ReadAsync(ct)) accounts.Add(reader.GetGuid(0));
        return accounts;
    }

    private static async Task<List<KnownSubscription>> ReadAsync(TenantId tenant, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select id, status, price_id, lookup_key, current_period_end, cancel_at_period_end, started_at, past_due_since
            from billing.subscriptions where tenant_id = $1 and status is not null
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<KnownSubscription> known = [];
        while (await reader.ReadAsync(ct))
            known.Add(new KnownSubscription(
                reader.GetString(0), reader.GetString(1), reader.TextOrNull(2), reader.TextOrNull(3), reader.TimeOrNull(4),
                reader.GetBoolean(5), reader.TimeOrNull(6), reader.TimeOrNull(7)));
        return known;
    }

    private async Task WriteAsync(TenantId tenant, PlanState state, string? customer, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update billing.billing_status set plan = $2, status = $3, stripe_subscription_id = $4, price_id = $5, current_period_end = $6, cancel_at_period_end = $7, past_due_since = $8,
                trial_end = case when $9 then coalesce(trial_end, $11) else trial_end end, stripe_customer_id = coalesce(stripe_customer_id, $10), updated_at = $11
            where tenant_id = $1
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(state.Plan);
        command.Parameters.AddWithValue(state.Status);
        command.Parameters.AddText(state.Subscription);
        command.Parameters.AddText(state.PriceId);
        command.Parameters.AddTime(state.PeriodEnd);
        command.Parameters.AddWithValue(state.CancelAtPeriodEnd);
        command.Parameters.AddTime(state.PastDueSince);
        command.Parameters.AddWithValue(state.IsTrialOver);
        command.Parameters.AddText(customer);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
    }

    private static (string Severity, string Text) Words(Entitlement before, Entitlement after, PlanState state) => state.Status switch
    {
        "past_due" => (Notifications.Warning, $"A payment for your plan {after.Plan.Name} failed. New trades go on until {after.EntriesEndAt:yyyy-MM-dd HH:mm} UTC; closing positions always works."),
        "canceled" => (Notifications.Warning, "Your subscription has ended. Upgrade to open new trades; closing positions always works."),
        "unpaid" or "paused" => (Notifications.Warning,
            "Your subscription is not paid. Settle it on the billing page to open new trades; closing positions always works."),
        _ when state.IsUnknown => (Notifications.Critical,
            $"Your subscription is in a state that we do not know ({state.Status}). New trades wait until we have looked; closing positions always works."),
        _ when after.Plan == before.Plan => (Notifications.Info, $"Your plan {after.Plan.Name} is paid."),
        _ => (Notifications.Info, $"Your plan is now {after.Plan.Name}."),
    };

    [LoggerMessage(5301, LogLevel.Error, "Subscription {Subscription} of customer {Customer} belongs to no tenant of ours")]
    private partial void LogNobodys(string subscription, string? customer);

    [LoggerMessage(5302, LogLevel.Warning, "Subscription {Subscription} was fetched for longer than its lease: it will be fetched again")]
    private partial void LogLost(string subscription);

    [LoggerMessage(5303, LogLevel.Error,
        "Tenant {Tenant}: subscription {Subscription} has a status or price that we do not know ({Status}, {Price}); its entries wait")]
    private partial void LogUnknown(TenantId tenant, string? subscription, string status, string? price);

    [LoggerMessage(5304, LogLevel.Information, "Tenant {Tenant}: plan {From} ({FromStatus}) is now {To} ({Status})")]
    private partial void LogChanged(TenantId tenant, string from, string fromStatus, string to, string status);
}
