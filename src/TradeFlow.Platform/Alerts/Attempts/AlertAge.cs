using System.Globalization;

namespace TradeFlow.Platform.Alerts.Attempts;

/// <summary>How long an alert was on its way, by its own time.</summary>
internal sealed record AlertAge(DateTimeOffset Time, DateTimeOffset ReceivedAt)
{
    /// <summary>Beyond it the log says so.</summary>
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(60);

    public static AlertAge? Of(DateTimeOffset? time, DateTimeOffset receivedAt) => time is { } told ? new AlertAge(told, receivedAt) : null;

    public TimeSpan Lag => ReceivedAt - Time;

    public int? LagSeconds => Lag > WorthAWord ? (int)Math.Min(int.MaxValue, Lag.TotalSeconds) : null;

    public bool IsOver(int? mostSeconds) => mostSeconds is { } most && Lag > TimeSpan.FromSeconds(most);

    /// <summary>For an entry.</summary>
    public string Refusal =>
        $"The alert is of {Text(Time)} and arrived at {Text(ReceivedAt)}: that is older than this account takes entries.";

    /// <summary>For an exit, which is never dropped.</summary>
    public string Mark => $"The alert is of {Text(Time)} and arrived at {Text(ReceivedAt)}. An exit goes on all the same.";

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
