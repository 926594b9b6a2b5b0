namespace TradeFlow.Platform.Risk.Days;

/// <summary>
/// The trading day: from the first instant of a date at which the clock on the wall of a zone shows the reset time, or later, up to that of
/// the next date. On the day on which clocks go forward over the reset time that is the moment they have; when they go back over it, it is
/// the first of the two.
/// </summary>
internal static class TradingDay
{
    /// <summary>The start of the day that an instant belongs to.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset at, TimeZoneInfo zone, TimeOnly reset)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        // Where clocks go back over midnight a date comes twice: its day has begun with the first.
        var start = Begin(date.AddDays(1), zone, reset);
        for (var back = 0; start > at; back++) start = Begin(date.AddDays(-back), zone, reset);
        return start;
    }

    /// <summary>The start of the next day.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset at, TimeZoneInfo zone, TimeOnly reset)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).AddDays(-1);
        var end = Begin(date, zone, reset);
        while (end <= at)
        {
            date = date.AddDays(1);
            end = Begin(date, zone, reset);
        }
        return end;
    }

    /// <summary>
    /// The start of the day of a date. Asks for the offset of instants only: what TimeZoneInfo says of local times (IsInvalidTime) does not
    /// agree with it in every zone (Asuncion 2024-10-06, Casablanca 2024-04-14).
    /// </summary>
    public static DateTimeOffset Begin(DateOnly date, TimeZoneInfo zone, TimeOnly reset)
    {
        var wanted = date.ToDateTime(reset, DateTimeKind.Utc);
        // Offsets are shorter than a day: these two stand before and after whatever the clock does on that date.
        var (before, after) = (wanted - zone.GetUtcOffset(wanted.AddDays(-1)), wanted - zone.GetUtcOffset(wanted.AddDays(1)));
        var (early, late) = before < after ? (before, after) : (after, before);
        if (Local(early, zone) == wanted) return new DateTimeOffset(early);
        if (Local(late, zone) == wanted) return new DateTimeOffset(late);
        // The clock goes forward over that time: the moment at which it does.
        while (late - early > TimeSpan.FromSeconds(1))
        {
            var middle = early + TimeSpan.FromSeconds(Math.Floor((late - early).TotalSeconds / 2));
            if (Local(middle, zone) < wanted) early = middle;
            else late = middle;
        }
        return new DateTimeOffset(late);
    }

    private static DateTime Local(DateTime instant, TimeZoneInfo zone) => instant + zone.GetUtcOffset(instant);
}
