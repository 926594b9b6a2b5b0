namespace TradeFlow.Platform.Risk.Calendar;

/// <param name="Currency">A currency code, or <c>All</c>.</param>
/// <param name="Impact">One of <see cref="Impacts"/>.</param>
/// <param name="AllDay">It has a date and no time: it is shown and never locks.</param>
internal sealed record CalendarEvent(
    string Source, string Id, string Title, string Currency, string Impact, DateTimeOffset At, bool AllDay, string? Forecast,
    string? Previous);

internal static class Impacts
{
    public const string High = "high";

    public static readonly IReadOnlyList<string> All = [High, "medium", "low", "holiday"];
}

/// <summary>Where events come from; a later one knows better.</summary>
internal static class CalendarSources
{
    /// <summary>Dates that are known a year ahead, in the product itself.</summary>
    public const string Embedded = "embedded";

    /// <summary><c>Calendar:FeedUrl</c>.</summary>
    public const string Feed = "feed";

    /// <summary>What an administrator added.</summary>
    public const string Manual = "manual";
}

/// <summary>A source as it was last read.</summary>
/// <param name="Complete">False: what is not in it may happen all the same.</param>
/// <param name="Problem">Why the last attempt failed.</param>
internal sealed record CalendarSource(
    string Source, DateTimeOffset FetchedAt, DateTimeOffset CoversFrom, DateTimeOffset CoversTo, bool Complete, string? Address,
    string? Etag, string? Problem, DateTimeOffset TriedAt);

/// <summary>What one reading of a source brought.</summary>
internal sealed record CalendarSnapshot(
    DateTimeOffset CoversFrom, DateTimeOffset CoversTo, bool Complete, IReadOnlyList<CalendarEvent> Events);
