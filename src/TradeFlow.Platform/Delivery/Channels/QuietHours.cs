namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>The hours in which a channel is silent: what comes in them is delivered when they end.</summary>
internal static class QuietHours
{
    /// <summary>In the channel's time zone; hours whose start is after their end run through midnight.</summary>
    /// <returns>When they end, or <c>null</c> when it is not quiet now.</returns>
    public static DateTimeOffset? EndOf(TimeOnly? from, TimeOnly? to, string timeZone, DateTimeOffset now)
    {
        // A zone that this machine has lost must not keep messages back.
        if (from is not { } start || to is not { } end || start == end || !TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone))
            return null;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        if (!time.IsBetween(start, end)) return null;
        var ends = local.Date.AddDays(time < end ? 0 : 1) + end.ToTimeSpan();
        // An hour that the change to summer time leaves out ends when it would have begun.
        while (zone.IsInvalidTime(ends)) ends = ends.AddMinutes(15);
        var utc = new DateTimeOffset(ends, zone.GetUtcOffset(ends)).ToUniversalTime();
        // The hour that comes twice: the later of the two where the earlier has gone by.
        return utc > now ? utc : now.AddMinutes(15);
    }
}
