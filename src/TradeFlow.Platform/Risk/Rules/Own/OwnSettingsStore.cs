using System.Text.Json;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Rules.Own;

/// <summary>risk.rule_settings.</summary>
internal static class OwnSettingsStore
{
    /// <summary>What was saved, by the code of the rule, with the changes that have waited for this instant.</summary>
    public static async Task<Dictionary<string, IReadOnlyDictionary<string, string>>> SavedAsync(
        TenantId tenant, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            select coalesce(w.limit_name, r.code), coalesce(w.change, r.settings)
            from (select code, settings from risk.rule_settings where tenant_id = $1) r
            full join (select limit_name, change from risk.waiting_changes where tenant_id = $1 and is_rule and effective_at <= $2) w on w.limit_name = r.code
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddTime(at);
        Dictionary<string, IReadOnlyDictionary<string, string>> saved = new(StringComparer.Ordinal);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            // the column is never null
            saved[row.GetString(0)] = JsonSerializer.Deserialize(row.GetString(1), RulesJson.Default.DictionaryStringString)!;
        return saved;
    }

    /// <summary>What holds for each rule: what was saved, or its defaults.</summary>
    public static async Task<IReadOnlyDictionary<string, OwnSettings>> HoldingAsync(
        TenantId tenant, DateTimeOffset at, RuleList rules, NpgsqlConnection connection, CancellationToken ct)
    {
        var saved = await SavedAsync(tenant, at, connection, ct);
        return rules.Rules.ToDictionary(rule => rule.Code,
            rule => rules.FormOf(rule)?.Of(saved.GetValueOrDefault(rule.Code) ?? Nothing) ?? new OwnSettings(Nothing),
            StringComparer.Ordinal);
    }

    public static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public static async Task SaveAsync(
        TenantId tenant, string code, Dictionary<string, string> settings, DateTimeOffset now, NpgsqlConnection connection,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into risk.rule_settings (tenant_id, code, settings, updated_at) values ($1, $2, $3, $4)
            on conflict (tenant_id, code) do update set settings = excluded.settings, updated_at = excluded.updated_at
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(code);
        command.Parameters.AddJson(JsonSerializer.Serialize(settings, RulesJson.Default.DictionaryStringString));
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(ct);
    }
}
