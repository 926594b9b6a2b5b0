using System.Globalization;
using TradeFlow.Platform.Risk.CoolDown;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>
/// The limits of the tenant as they go over the wire; <c>null</c> is no limit. Times are <c>HH:mm</c> by the clock of the zone.
/// </summary>
internal sealed record RiskConfigView
{
    /// <summary>Off skips these rules, and nothing else.</summary>
    public required bool Enabled { get; init; }
    public required string RiskMode { get; init; }

    /// <summary>In the currency of the account that an entry is for; realised net of fees, and floating.</summary>
    public required decimal? MaxDailyLoss { get; init; }
    public required int? MaxTradesPerDay { get; init; }
    public required int? MaxOpenTrades { get; init; }
    public required IReadOnlyList<string> DeniedInstruments { get; init; }
    public required bool TradingHoursEnabled { get; init; }
    public required string TradingHoursStart { get; init; }

    /// <summary>The first minute outside. Before the start: the window runs through midnight.</summary>
    public required string TradingHoursEnd { get; init; }

    /// <summary>IANA name. The trading day is reckoned in it too.</summary>
    public required string TradingHoursTimezone { get; init; }

    /// <summary>Days on which a window may begin, such as <c>mon</c>; <c>null</c> is every day.</summary>
    public required IReadOnlyList<string>? TradingHoursDays { get; init; }
    public required string DayResetTime { get; init; }
    public required bool NewsLockoutEnabled { get; init; }

    /// <summary>
    /// On: raising or removing a limit, and switching this off, take effect when the next trading day begins. What is tighter holds at
    /// once.
    /// </summary>
    public required bool CooldownEnabled { get; init; }

    /// <summary>What waits for the next trading day. It is read only: a limit that is sent tighter, or withdrawn, waits no more.</summary>
    public IReadOnlyList<WaitingView>? Pending { get; init; }

    /// <param name="waiting">Left out where only the settings count.</param>
    public static RiskConfigView Of(RiskConfig config, IEnumerable<WaitingView>? waiting = null) => new()
    {
        Enabled = config.Enabled,
        RiskMode = config.RiskMode,
        MaxDailyLoss = config.MaxDailyLoss,
        MaxTradesPerDay = config.MaxTradesPerDay,
        MaxOpenTrades = config.MaxOpenTrades,
        DeniedInstruments = config.DeniedInstruments,
        TradingHoursEnabled = config.TradingHoursEnabled,
        TradingHoursStart = Text(config.TradingHoursStart),
        TradingHoursEnd = Text(config.TradingHoursEnd),
        TradingHoursTimezone = config.TradingHoursTimezone,
        TradingHoursDays = config.TradingHoursDays?.Select(WeekDays.Word).ToList(),
        DayResetTime = Text(config.DayResetTime),
        NewsLockoutEnabled = config.NewsLockoutEnabled,
        CooldownEnabled = config.CooldownEnabled,
        Pending = waiting?.ToList(),
    };

    private static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
