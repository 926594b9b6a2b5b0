namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>The broker's session: from 17:00 in Chicago, whatever UTC calls it, on the days when clocks change too.</summary>
internal static class TradingDay
{
    private static readonly TimeZoneInfo Chicago = TimeZoneInfo.FindSystemTimeZoneById("America/Chicago");

    public static DateTimeOffset StartOf(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Chicago);
        var start = local.Date.AddHours(17);
        if (local.TimeOfDay < TimeSpan.FromHours(17)) start = start.AddDays(-1);
        return new DateTimeOffset(start, Chicago.GetUtcOffset(start)).ToUniversalTime();
    }
}
