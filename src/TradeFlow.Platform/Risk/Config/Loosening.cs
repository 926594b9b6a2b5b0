namespace TradeFlow.Platform.Risk.Config;

/// <summary>
/// Whether a change of the limits lets entries through that they refused before. Such a change asks for a fresh proof of who makes it; what
/// makes them tighter holds at once. Where it cannot be told (another zone), it counts as looser.
/// </summary>
internal static class Loosening
{
    public static bool IsLooserThan(this RiskConfig after, RiskConfig before) =>
        (before.CooldownEnabled && !after.CooldownEnabled) || (before.Enabled && (
            !after.Enabled
            || IsRaised(before.MaxDailyLoss, after.MaxDailyLoss)
            || IsRaised(before.MaxTradesPerDay, after.MaxTradesPerDay)
            || IsRaised(before.MaxOpenTrades, after.MaxOpenTrades)
            || before.DeniedInstruments.Except(after.DeniedInstruments, StringComparer.OrdinalIgnoreCase).Any()
            || (before.NewsLockoutEnabled && !after.NewsLockoutEnabled)
            || AreHoursWider(before, after)
            || DayMoves(before, after)));

    private static bool IsRaised(decimal? before, decimal? after) => before is { } limit && (after is null || after > limit);

    private static bool AreHoursWider(RiskConfig before, RiskConfig after) => before.TradingHoursEnabled && (
        !after.TradingHoursEnabled
        || after.TradingHoursTimezone != before.TradingHoursTimezone
        || Enum.GetValues<DayOfWeek>().Any(day => after.TradesOn(day) && !before.TradesOn(day))
        || !Contains(WindowOf(before), WindowOf(after)));

    // A day that ends sooner counts its trades and its loss anew sooner, and ends what waits for it sooner.
    private static bool DayMoves(RiskConfig before, RiskConfig after) =>
        (before.MaxDailyLoss is not null || before.MaxTradesPerDay is not null || before.CooldownEnabled)
        && (after.DayResetTime != before.DayResetTime || after.TradingHoursTimezone != before.TradingHoursTimezone);

    private static bool Contains((int Start, int End) outer, (int Start, int End) inner) =>
        inner.Start >= outer.Start && inner.End <= outer.End;

    // In minutes from the midnight of the day on which it begins. The same start and end is the whole of that day.
    private static (int Start, int End) WindowOf(RiskConfig config)
    {
        const int day = 24 * 60;
        var (start, end) = (Minutes(config.TradingHoursStart), Minutes(config.TradingHoursEnd));
        return start == end ? (0, day) : end < start ? (start, end + day) : (start, end);
    }

    private static int Minutes(TimeOnly time) => (time.Hour * 60) + time.Minute;
}
