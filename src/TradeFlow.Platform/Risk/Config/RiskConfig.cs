using TradeFlow.Platform.Risk.Days;

namespace TradeFlow.Platform.Risk.Config;

/// <summary>The limits of a tenant; <c>null</c> is no limit.</summary>
internal sealed record RiskConfig
{
    public const string Utc = "UTC";

    public static RiskConfig Default { get; } = new();

    /// <summary>Off skips the risk rules, and nothing else: not the plan, not the account's switch, not an emergency stop.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>A name for these settings that the user may choose; it decides nothing.</summary>
    public string RiskMode { get; init; } = "standard";

    /// <summary>In the currency of the account that an entry is for.</summary>
    public decimal? MaxDailyLoss { get; init; }
    public int? MaxTradesPerDay { get; init; }
    public int? MaxOpenTrades { get; init; }
    public IReadOnlyList<string> DeniedInstruments { get; init; } = [];
    public bool TradingHoursEnabled { get; init; }
    public TimeOnly TradingHoursStart { get; init; } = new(9, 30);
    public TimeOnly TradingHoursEnd { get; init; } = new(16, 0);

    /// <summary>IANA name. The trading day is reckoned in it too.</summary>
    public string TradingHoursTimezone { get; init; } = Utc;

    /// <summary>The days on which a window may begin; <c>null</c> is every day.</summary>
    public IReadOnlyList<DayOfWeek>? TradingHoursDays { get; init; }

    /// <summary>When the trading day begins, by the clock of <see cref="TradingHoursTimezone"/>.</summary>
    public TimeOnly DayResetTime { get; init; }
    public bool NewsLockoutEnabled { get; init; }


    /// <summary>What lets more through waits for the next trading day, switching this off too.</summary>
    public bool CooldownEnabled { get; init; }

    /// <summary>When the next change that waits takes effect: these settings are to be read again then.</summary>
    public DateTimeOffset? NextChangeAt { get; init; }

    /// <summary>Start of the day that was running when zone or reset time changed, at <see cref="DayChangedAt"/>.</summary>
    public DateTimeOffset? HeldDayStart { get; init; }
    public DateTimeOffset? DayChangedAt { get; init; }

    /// <exception cref="TimeZoneNotFoundException">The zone was known when it was set and is not any more.</exception>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TradingHoursTimezone);

    public bool TradesOn(DayOfWeek day) => TradingHoursDays?.Contains(day) ?? true;

    /// <summary>
    /// The instant at which the trading day of <paramref name="at"/> began. A change of zone or reset time does not begin a day: the
    /// running one goes on until the new ones do.
    /// </summary>
    public DateTimeOffset DayStart(DateTimeOffset at)
    {
        var start = TradingDay.StartOf(at, Zone, DayResetTime);
        return HeldDayStart is { } held && start <= DayChangedAt ? held : start;
    }

    /// <summary>When the next one begins.</summary>
    public DateTimeOffset DayEnd(DateTimeOffset at) => TradingDay.EndOf(at, Zone, DayResetTime);

    /// <summary>These settings as a change of <paramref name="before"/>.</summary>
    public RiskConfig ChangedFrom(RiskConfig before, DateTimeOffset now) =>
        before.TradingHoursTimezone == TradingHoursTimezone && before.DayResetTime == DayResetTime
            ? this with { HeldDayStart = before.HeldDayStart, DayChangedAt = before.DayChangedAt }
            : this with { HeldDayStart = before.DayStart(now), DayChangedAt = now };
}
