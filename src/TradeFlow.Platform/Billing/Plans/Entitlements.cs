using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>Reads what a tenant's plan allows. <c>Billing:GraceDays</c> (7) is how long entries go on while a payment is overdue.</summary>
[OpenToModules]
internal sealed class Entitlements(PlanCatalogue plans, Database database, IConfiguration configuration)
{
    private const string Columns = "plan, status, trial_start, trial_end, past_due_since";

    private readonly double graceDays = configuration.GetValue("Billing:GraceDays", 7d) is >= 0 and <= 365 and var days
        ? days
        : throw new InvalidOperationException("Billing:GraceDays must be a number from 0 to 365.");

    /// <summary>For paths that have no connection of the tenant; one read by primary key.</summary>
    public async Task<Entitlement> FindAsync(TenantId tenant, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        return await ReadAsync(tenant, $"select {Columns} from billing.billing_status where tenant_id = $1", connection, ct);
    }

    /// <summary>On a connection of either role.</summary>
    public Task<Entitlement> FindAsync(TenantId tenant, NpgsqlConnection connection, CancellationToken ct) =>
        ReadAsync(tenant, $"select {Columns} from billing.billing_status where tenant_id = $1", connection, ct);

    /// <summary>
    /// The same, and holds the tenant's plan and accounts until the transaction ends, so that nobody changes the plan or adds an account
    /// meanwhile. Whoever changes which accounts there are, or which of them the plan covers, begins with it: plan first, then the accounts
    /// by their ids, is the order in which all writers take them.
    /// </summary>
    public async Task<Entitlement> LockAsync(Wall wall, NpgsqlConnection connection, CancellationToken ct)
    {
        var entitlement = await ReadAsync(wall.Tenant, $"select {Columns} from billing.billing_status where tenant_id = $1 for update",
            connection, ct);
        return await WholeTenant.RunAsync(wall, connection, async () =>
        {
            await using var command = new NpgsqlCommand(
                "select 1 from accounts.accounts where tenant_id = $1 and deleted_at is null order by id for update", connection);
            command.Parameters.AddWithValue(wall.Tenant.Value);
            await command.ExecuteNonQueryAsync(ct);
            return entitlement;
        }, ct);
    }

    /// <summary>What the stored facts mean.</summary>
    internal Entitlement Of(string plan, string status, DateTimeOffset trialStart, DateTimeOffset? trialEnd, DateTimeOffset? pastDueSince)
    {
        // A plan that the configuration has lost is no reason to let entries through.
        if (plans.Find(plan) is not { } known) return Blocked(plans.Trial, status, Unknown(status));
        if (known.Slug == PlanCatalogue.TrialSlug)
        {
            var ends = trialStart.AddDays((double)plans.TrialDays);
            if (trialEnd is { } early && early < ends) ends = early;
            return new Entitlement
            {
                Plan = known, Status = status, TrialStart = trialStart, TrialEndsAt = ends,
                EntriesEndAt = status is "unpaid" or "paused" ? DateTimeOffset.MinValue : ends,
                EntriesEnd = status is "unpaid" or "paused" ? Overdue() : new EntryBlock(BillingProblems.TrialExpired,
                    $"Trial expired: {plans.TrialDays.ToString("0.######", CultureInfo.InvariantCulture)} days elapsed. Upgrade to continue."),
            };
        }
        return status switch
        {
            "active" or "trialing" => new Entitlement { Plan = known, Status = status, TrialStart = trialStart },
            "past_due" => new Entitlement { Plan = known, Status = status, TrialStart = trialStart,
                EntriesEndAt = pastDueSince?.AddDays(graceDays) ?? DateTimeOffset.MinValue, EntriesEnd = Overdue() },
            _ => Blocked(known, status, Unknown(status)),
        };
    }

    private async Task<Entitlement> ReadAsync(TenantId tenant, string sql, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) throw new InvalidOperationException($"Tenant {tenant} has no plan: it was not made by a sign-up.");
        return Of(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3)
            ? null : reader.GetFieldValue<DateTimeOffset>(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));
    }

    private static Entitlement Blocked(Plan plan, string status, EntryBlock why) =>
        new() { Plan = plan, Status = status, EntriesEndAt = DateTimeOffset.MinValue, EntriesEnd = why };

    private static EntryBlock Overdue() =>
        new(BillingProblems.PaymentRequired, "Your subscription is not paid. Settle it on the billing page to open new trades.");

    private static EntryBlock Unknown(string status) => new(BillingProblems.UnknownState,
        $"Your subscription is in a state that we do not know ({status}). We have been told; closing positions works as always.");
}
