using Npgsql;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Billing.Plans;

internal sealed class StoredPlanFacts : IPlanFacts
{
    public async Task<PlanFacts> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select s.plan, s.trial_start, coalesce(u.trades_count, 0) from billing.billing_status s left join billing.usage_counters u using (tenant_id)",
            connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new PlanFacts(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2))
            : new PlanFacts(PlanCatalogue.TrialSlug, null, 0);
    }
}
