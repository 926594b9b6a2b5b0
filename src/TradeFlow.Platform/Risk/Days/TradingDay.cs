namespace TradeFlow.Platform.Risk.Days;

/// <summary>
/// The trading day: from the first instant of a date at which the clock on the wall of a zone shows the reset time, or later, up to that of the next date. On the day on which
/// clocks go forward over the reset time that is the moment they have; when they go back over it, it is the first of the two.
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

    /// <summary>The start of the day of a date.</summary>
    public static DateTimeOffset Begin(DateOnly date, TimeZoneInfo zone, TimeOnly reset)
    {
        var local = date.ToDateTime(reset);
        // Gaps begin and end at whole minutes.
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
