using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.CoolDown;

/// <summary>risk.waiting_changes. Whoever writes has the turn of the tenant's limits.</summary>
internal static class WaitingChanges
{
    /// <summary>What waits still, in the order in which it takes effect.</summary>
    public static async Task<IReadOnlyList<WaitingChange>> ListAsync(
        TenantId tenant, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select limit_name, is_rule, change, asked_at, effective_at from risk.waiting_changes
            where tenant_id = $1 and effective_at > $2 order by effective_at, limit_name
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddTime(at);
        List<WaitingChange> waiting = [];
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            waiting.Add(new WaitingChange(row.GetString(0), row.GetBoolean(1), JsonElement.Parse(row.GetString(2)),
                row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4)));
        return waiting;
    }

    /// <summary>Takes the place of what waited for the same limit.</summary>
    public static async Task KeepAsync(TenantId tenant, WaitingChange change, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into risk.waiting_changes (tenant_id, limit_name, is_rule, change, asked_at, effective_at) values ($1, $2, $3, $4, $5, $6)
            on conflict (tenant_id, limit_name) do update
                set is_rule = excluded.is_rule, change = excluded.change, asked_at = excluded.asked_at, effective_at = excluded.effective_at
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(change.Limit);
        command.Parameters.AddWithValue(change.IsOfRule);
        command.Parameters.AddJson(change.Change.GetRawText());
        command.Parameters.AddTime(change.AskedAt);
        command.Parameters.AddTime(change.EffectiveAt);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Nothing waits for these limits any more.</summary>
    public static Task DropAsync(TenantId tenant, IReadOnlyList<string> limits, NpgsqlConnection connection, CancellationToken ct) =>
        ExecuteAsync("delete from risk.waiting_changes where tenant_id = $1 and limit_name = any ($2)", tenant, limits.ToArray(),
            connection, ct);

    /// <summary>The settings that are about to be saved have what has taken effect.</summary>
    public static Task DropTakenOverAsync(TenantId tenant, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct) =>
        ExecuteAsync("delete from risk.waiting_changes where tenant_id = $1 and not is_rule and effective_at <= $2", tenant, at,
            connection, ct);

    private static async Task ExecuteAsync(string sql, TenantId tenant, object value, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(ct);
    }
}
