using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Equity;

/// <summary>insights.equity_snapshots, as the Worker writes it: from what the broker has told last, never by asking.</summary>
internal sealed class EquityStore(Database database, TimeProvider clock)
{
    // No trading day is shorter.
    private static readonly TimeSpan NearlyADay = TimeSpan.FromHours(22);

    /// <summary>Accounts that have traded, once their broker has told their money after it.</summary>
    public async Task AfterTradesAsync(CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("""
            with due as (
                update insights.accounts i set traded_at = null
                from accounts.accounts a
                where a.id = i.account_id and a.last_sync > i.traded_at + interval '1 second'
                    -- One whose trades are being followed is left to the next time.
                    and i.account_id in (select account_id from insights.accounts where traded_at is not null for no key update skip locked)
                returning a.id, a.tenant_id, a.currency, a.last_sync, a.equity, a.balance)
            insert into insights.equity_snapshots (account_id, at, tenant_id, currency, equity, balance, is_daily)
                select id, last_sync, tenant_id, currency, equity, balance, false from due where equity is not null and balance is not null
                on conflict (account_id, at) do nothing
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>One of each account in each trading day; the first as soon as its money is known.</summary>
    public async Task DailyAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.System.OpenConnectionAsync(ct);
        foreach (var tenant in await TenantsAsync(now, connection, ct))
        {
            var days = await TradingDays.OfAsync(new TenantId(tenant), now, connection, ct);
            await SnapshotAsync(tenant, now, days.Running(now).Start, connection, ct);
        }
    }

    private static async Task<List<Guid>> TenantsAsync(DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select distinct a.tenant_id from accounts.accounts a left join insights.accounts i on i.account_id = a.id
            where a.deleted_at is null and a.equity is not null and a.balance is not null and (i.daily_at is null or i.daily_at <= $1)
            """, connection);
        command.Parameters.AddWithValue(now - NearlyADay);
        List<Guid> tenants = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct)) tenants.Add(row.GetGuid(0));
        return tenants;
    }

    private static async Task SnapshotAsync(
        Guid tenant, DateTimeOffset now, DateTimeOffset dayStart, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            with due as (
                insert into insights.accounts as i (account_id, tenant_id, daily_at)
                    select a.id, a.tenant_id, $2 from accounts.accounts a
                    where a.tenant_id = $1 and a.deleted_at is null and a.equity is not null and a.balance is not null
                    -- As TripStore takes them.
                    order by a.id
                    on conflict (account_id) do update set daily_at = excluded.daily_at where i.daily_at is null or i.daily_at < $3
                    returning account_id)
            insert into insights.equity_snapshots (account_id, at, tenant_id, currency, equity, balance, is_daily)
                select a.id, $2, a.tenant_id, a.currency, a.equity, a.balance, true from due join accounts.accounts a on a.id = due.account_id
                on conflict (account_id, at) do nothing
            """, connection);
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(now);
        command.Parameters.Add(NpgsqlDbType.TimestampTz, dayStart);
        await command.ExecuteNonQueryAsync(ct);
    }
}
