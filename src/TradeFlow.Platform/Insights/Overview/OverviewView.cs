namespace TradeFlow.Platform.Insights.Overview;

/// <summary>All accounts of the tenant at one moment.</summary>
/// <param name="DayStart">When the running trading day began.</param>
internal sealed record OverviewView(
    DateTimeOffset At, DateTimeOffset DayStart, DateTimeOffset DayEnd, IReadOnlyList<CurrencyStanding> ByCurrency, LimitsView Limits,
    IReadOnlyList<AccountHealth> Accounts, IReadOnlyDictionary<string, int> Health);

/// <summary>Amounts of one currency; they are never added to those of another.</summary>
/// <param name="Equity">Of the accounts whose broker has told it.</param>
/// <param name="TodayPnl">Of the trading day: realised net of fees, and floating.</param>
/// <param name="OpenRisk">What is lost from the present prices if every stop is hit.</param>
/// <param name="PositionsWithoutStop">Whose risk is in no figure.</param>
internal sealed record CurrencyStanding(
    string Currency, int Accounts, decimal Equity, decimal Balance, decimal FloatingPnl, decimal TodayPnl, decimal OpenRisk,
    int OpenPositions, int PositionsWithoutStop);

/// <param name="Enabled">Off: no limit holds an entry back.</param>
/// <param name="DailyLoss">By currency.</param>
internal sealed record LimitsView(bool Enabled, IReadOnlyList<LossUse> DailyLoss, LimitUse TradesPerDay, LimitUse OpenPositions);

/// <param name="Used">What is lost today; 0 on a day that has made something.</param>
/// <param name="Limit"><c>null</c> is no limit.</param>
internal sealed record LossUse(string Currency, decimal Used, decimal? Limit);

internal sealed record LimitUse(int Used, int? Limit);

/// <param name="Health"><c>ok</c>, <c>late</c> (not heard for a minute), <c>offline</c>, <c>error</c>, <c>needs_reconnect</c>,
/// <c>pending</c>.</param>
/// <param name="LastHeardAt">When the broker told of it last.</param>
internal sealed record AccountHealth(
    Guid Id, string Broker, string Name, string Mode, string Currency, decimal? Equity, decimal? Balance, decimal FloatingPnl,
    int OpenPositions, bool Enabled, string Health, string? Reason, DateTimeOffset? LastHeardAt);
