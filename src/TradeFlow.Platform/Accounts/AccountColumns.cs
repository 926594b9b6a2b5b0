using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>The columns of <see cref="AccountContext"/> in one order, for the places that read it by SQL.</summary>
internal static class AccountColumns
{
    public const string Sql =
        "a.id, a.tenant_id, a.user_id, a.broker, a.mode, a.server, a.currency, a.status, a.status_reason, a.enabled, a.disabled_reason, a.dedupe_seconds, a.multiplier, a.version, a.stop_epoch, a.balance, a.equity, " +
        "(select jsonb_agg(jsonb_build_object('symbol', m.symbol, 'target', m.target, 'factor', m.factor) order by m.symbol) from accounts.symbol_map m where m.account_id = a.id), " +
        "a.max_age_seconds, a.default_size_mode, a.default_size_value, a.stop_unit, a.on_gap, a.tradingview_only, " +
        "(select b.plan from billing.billing_status b where b.tenant_id = a.tenant_id)";

    public const int Count = 25;

    public static AccountContext Read(NpgsqlDataReader row) => new()
    {
        AccountId = new AccountId(row.GetGuid(0)),
        TenantId = new TenantId(row.GetGuid(1)),
        UserId = new UserId(row.GetGuid(2)),
        Broker = row.GetString(3),
        Mode = row.GetString(4),
        Server = row.IsDBNull(5) ? null : row.GetString(5),
        Currency = row.GetString(6),
        Status = row.GetString(7),
        StatusReason = row.IsDBNull(8) ? null : row.GetString(8),
        Enabled = row.GetBoolean(9),
        DisabledReason = row.IsDBNull(10) ? null : row.GetString(10),
        DedupeSeconds = row.GetInt32(11),
        Multiplier = row.GetDecimal(12),
        Version = row.GetInt64(13),
        StopEpoch = row.GetInt64(14),
        Balance = row.IsDBNull(15) ? null : row.GetDecimal(15),
        Equity = row.IsDBNull(16) ? null : row.GetDecimal(16),
        Symbols = row.IsDBNull(17) ? SymbolMap.Empty : SymbolMap.FromJson(row.GetString(17)),
        MaxAgeSeconds = row.IsDBNull(18) ? null : row.GetInt32(18),
        DefaultSize = row.IsDBNull(19) ? null : new DefaultSize(row.GetString(19), row.GetDecimal(20)),
        StopUnit = row.IsDBNull(21) ? null : row.GetString(21),
        OnGap = row.GetString(22),
        TradingViewOnly = row.GetBoolean(23),
        Plan = row.IsDBNull(24) ? null : row.GetString(24),
    };
}
