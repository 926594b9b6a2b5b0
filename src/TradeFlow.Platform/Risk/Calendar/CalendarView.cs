namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>The calendar as one decision sees it.</summary>
internal sealed class CalendarView(IReadOnlyList<CalendarEvent> events, IReadOnlyList<CalendarSource> sources, CalendarOptions options)
{
    private readonly CalendarEvent[] locking = [.. events.Where(entry => entry is { Impact: Impacts.High, AllDay: false })
        .OrderBy(entry => entry.At).ThenByDescending(entry => Rank(entry.Source))];

    public static CalendarView Empty { get; } = new([], [], new CalendarOptions());

    public IReadOnlyList<CalendarSource> Sources => sources;

    /// <summary>
    /// The event that keeps a symbol from being entered at an instant: from so many minutes before it, without the moment at which it ends.
    /// </summary>
    /// <param name="names">The symbol's names; one that nobody knows is touched by every currency.</param>
    public CalendarEvent? LockFor(IReadOnlyList<string> names, DateTimeOffset at)
    {
        IReadOnlySet<string>? currencies = null;
        var before = TimeSpan.FromMinutes(options.MinutesBefore);
        var after = TimeSpan.FromMinutes(options.MinutesAfter);
        foreach (var entry in locking)
        {
            if (entry.At - before > at) return null;
            if (at >= entry.At + after) continue;
            currencies ??= SymbolCurrencies.Of(names);
            if (currencies.Count == 0 || entry.Currency == SymbolCurrencies.All || currencies.Contains(entry.Currency)) return entry;
        }
        return null;
    }

    /// <summary>Why the calendar cannot tell that nothing is coming; <c>null</c> while it can, or when that is not asked for.</summary>
    public string? ProblemAt(DateTimeOffset at) => options.BlockWhenStale && IsStaleAt(at) ? "the economic calendar is out of date" : null;

    public bool IsStaleAt(DateTimeOffset at)
    {
        // The embedded dates alone never were complete: they can only add locks, as long as they last.
        if (options.FeedUrl is null) return sources.FirstOrDefault(source => source.Source == CalendarSources.Embedded) is not { } embedded
            || at >= embedded.CoversTo;
        return sources.FirstOrDefault(source => source.Source == CalendarSources.Feed) is not { } feed || at >= feed.CoversTo
            || at - feed.FetchedAt > TimeSpan.FromHours(options.StaleHours);
    }

    /// <summary>The same announcement by two sources is shown once, as the one that knows better has it.</summary>
    public static IReadOnlyList<CalendarEvent> Merged(IReadOnlyList<CalendarEvent> events)
    {
        var better = events.Where(entry => entry.Source != CalendarSources.Embedded).ToLookup(entry => entry.Currency);
        return [.. events.Where(entry => entry.Source != CalendarSources.Embedded || !better[entry.Currency].Any(
            other => other.Impact == entry.Impact && (other.At - entry.At).Duration() <= TimeSpan.FromMinutes(2)))];
    }

    private static int Rank(string source) => source switch
    {
        CalendarSources.Manual => 2,
        CalendarSources.Feed => 1,
        _ => 0,
    };
}
