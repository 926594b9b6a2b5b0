using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.CoolDown;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>risk.risk_config.</summary>
internal static class RiskConfigStore
{
    private const string Columns =
        "enabled, risk_mode, max_daily_loss, max_trades_per_day, max_open_trades, denied_instruments, trading_hours_enabled, trading_hours_start, trading_hours_end, " +
        "trading_hours_timezone, trading_hours_days, day_reset_time, news_lockout_enabled, held_day_start, day_changed_at, cooldown_enabled";

    /// <summary>What holds at an instant, with the changes that have waited for it. Who has set nothing has the defaults.</summary>
    public static async Task<RiskConfig> FindAsync(TenantId tenant, DateTimeOffset at, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            select {Columns},
                (select jsonb_agg(jsonb_build_object('change', w.change, 'at', w.effective_at) order by w.effective_at, w.limit_name)
                 from risk.waiting_changes w where w.tenant_id = $1 and not w.is_rule and w.effective_at <= $2),
                (select min(w.effective_at) from risk.waiting_changes w where w.tenant_id = $1 and w.effective_at > $2)
            from risk.risk_config where tenant_id = $1
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddTime(at);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return RiskConfig.Default;
        var saved = new RiskConfig
        {
            Enabled = row.GetBoolean(0),
            RiskMode = row.GetString(1),
            MaxDailyLoss = row.DecimalOrNull(2),
            MaxTradesPerDay = row.IsDBNull(3) ? null : row.GetInt32(3),
            MaxOpenTrades = row.IsDBNull(4) ? null : row.GetInt32(4),
            DeniedInstruments = row.GetFieldValue<string[]>(5),
            TradingHoursEnabled = row.GetBoolean(6),
            TradingHoursStart = row.GetFieldValue<TimeOnly>(7),
            TradingHoursEnd = row.GetFieldValue<TimeOnly>(8),
            TradingHoursTimezone = row.GetString(9),
            TradingHoursDays = row.IsDBNull(10) ? null : [.. row.GetFieldValue<string[]>(10).Select(WeekDays.Parse).OfType<DayOfWeek>()],
            DayResetTime = row.GetFieldValue<TimeOnly>(11),
            NewsLockoutEnabled = row.GetBoolean(12),
            HeldDayStart = row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
            DayChangedAt = row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14),
            CooldownEnabled = row.GetBoolean(15),
            NextChangeAt = row.TimeOrNull(17),
        };
        return row.TextOrNull(16) is { } waited ? Apply(saved, waited) : saved;
    }

    public static async Task SaveAsync(
        TenantId tenant, RiskConfig config, DateTimeOffset now, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"""
            insert into risk.risk_config (tenant_id, {Columns}, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            on conflict (tenant_id) do update set ({Columns}, updated_at) = row ({string.Join(", ", (Columns + ", updated_at").Split(", ").Select(column => "excluded." + column))})
            """, connection);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(config.Enabled);
        command.Parameters.AddWithValue(config.RiskMode);
        command.Parameters.AddNumber(config.MaxDailyLoss);
        command.Parameters.Add(NpgsqlDbType.Integer, config.MaxTradesPerDay);
        command.Parameters.Add(NpgsqlDbType.Integer, config.MaxOpenTrades);
        command.Parameters.AddWithValue(config.DeniedInstruments.ToArray());
        command.Parameters.AddWithValue(config.TradingHoursEnabled);
        command.Parameters.AddWithValue(config.TradingHoursStart);
        command.Parameters.AddWithValue(config.TradingHoursEnd);
        command.Parameters.AddWithValue(config.TradingHoursTimezone);
        command.Parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Text, config.TradingHoursDays?.Select(WeekDays.Word).ToArray());
        command.Parameters.AddWithValue(config.DayResetTime);
        command.Parameters.AddWithValue(config.NewsLockoutEnabled);
        command.Parameters.AddTime(config.HeldDayStart);
        command.Parameters.AddTime(config.DayChangedAt);
        command.Parameters.AddWithValue(config.CooldownEnabled);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static RiskConfig Apply(RiskConfig saved, string waited)
    {
        using var changes = JsonDocument.Parse(waited);
        return changes.RootElement.EnumerateArray().Aggregate(saved, (config, one) =>
            WaitingChange.Apply(config, one.GetProperty("change"), one.GetProperty("at").GetDateTimeOffset()));
    }
}
