using Npgsql;

namespace TradeFlow.Platform.Billing.Contracts;

/// <summary>Plan and use of a tenant.</summary>
internal sealed record BillingFacts(string Plan, DateTimeOffset? TrialStart, long TradesCount)
{
    /// <summary>Reads the facts of the connection's tenant.</summary>
    public static async Task<BillingFacts> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select s.plan, s.trial_start, coalesce(u.trades_count, 0) from billing.billing_status s left join billing.usage_counters u using (tenant_id)", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new BillingFacts(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2)) : new BillingFacts("trial", null, 0);
    }
}
