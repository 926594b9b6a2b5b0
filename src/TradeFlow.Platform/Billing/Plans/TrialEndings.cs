using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Live.Notices;

namespace TradeFlow.Platform.Billing.Plans;

/// <summary>
/// Tells a tenant once that its trial is about to end: a day before, or the last third of a short one, or with the last tenth of its
/// trades.
/// </summary>
internal sealed class TrialEndings(PlanCatalogue plans, Database database, Notifications notices, TimeProvider clock) : IRecurringJob
{
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);

    public string Name => "trials that are about to end";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> Tables => [];

    public async Task<long> RunAsync(CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var ending = await FindAsync(connection, ct);
        foreach (var (tenant, ends, trades) in ending)
        {
            var left = plans.Trial.Limits.Trades - trades;
            var what = clock.GetUtcNow() >= ends - Notice ? $"ends at {ends:yyyy-MM-dd HH:mm} UTC"
                : $"has {left} trade{(left == 1 ? "" : "s")} left";
            await notices.AddOnceAsync(tenant, "trial.ending", Notifications.Warning, "trial.ending",
                $"Your trial {what}. Upgrade to go on opening trades; closing positions always works.", null, connection, ct);
        }
        await transaction.CommitAsync(ct);
        return ending.Count;
    }

    private TimeSpan Length => TimeSpan.FromDays((double)plans.TrialDays);

    private TimeSpan Notice => Length / 3 < Before ? Length / 3 : Before;

    private async Task<List<(TenantId Tenant, DateTimeOffset Ends, long Trades)>> FindAsync(
        NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select s.tenant_id, t.ends, u.trades_count
            from billing.billing_status s join billing.usage_counters u on u.tenant_id = s.tenant_id
            cross join lateral (select least(s.trial_start + $2, s.trial_end) as ends) t
            where s.plan = 'trial' and t.ends > $1 and (t.ends <= $1 + $3 or (u.trades_count >= $4 and u.trades_count < $5))
                and not exists (select from live.notifications n where n.tenant_id = s.tenant_id and n.once = 'trial.ending')
            order by s.tenant_id limit 500
            """, connection);
        var most = plans.Trial.Limits.Trades ?? long.MaxValue;
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.Parameters.AddWithValue(Length);
        command.Parameters.AddWithValue(Notice);
        command.Parameters.AddWithValue(most - most / 10);
        command.Parameters.AddWithValue(most);
        List<(TenantId, DateTimeOffset, long)> ending = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) ending.Add((new TenantId(row.GetGuid(0)), row.GetFieldValue<DateTimeOffset>(1), row.GetInt64(2)));
        return ending;
    }
}
