namespace TradeFlow.Platform.Outgoing.Posting;

/// <summary>When a message that could not be delivered is tried again: after 5 s, 30 s, 2 min, 10 min, then hourly, for a day.</summary>
internal static class RetryTimes
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] First =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    /// <param name="attempts">How many were made, all in vain.</param>
    /// <param name="began">When it was first due.</param>
    /// <returns><c>null</c>: it is given up.</returns>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset began, DateTimeOffset now)
    {
        var next = now + (attempts <= First.Length ? First[attempts - 1] : Hour);
        return next <= began + Day ? next : null;
    }
}
