using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Risk.Calendar;

internal sealed class CalendarOptions
{
    /// <summary>A file or an http address of a weekly calendar; without one there are the embedded dates alone.</summary>
    public string? FeedUrl { get; set; }

    /// <summary>Between two readings of an http feed. Those who publish them ask for no more than one an hour.</summary>
    [Range(1, 1440)]
    public int PollMinutes { get; set; } = 60;

    [Range(0, 240)]
    public int MinutesBefore { get; set; } = 5;

    [Range(0, 240)]
    public int MinutesAfter { get; set; }

    /// <summary>How old the last good reading may be.</summary>
    [Range(1, 720)]
    public int StaleHours { get; set; } = 26;

    /// <summary>Whether the news lockout refuses entries while the calendar is out of date.</summary>
    public bool BlockWhenStale { get; set; } = true;
}
