using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>Reads the calendar; administrators add and remove events of their own.</summary>
internal static class CalendarEndpoints
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <param name="Currency">A currency code, or <c>All</c>.</param>
    /// <param name="Impact"><c>high</c>, <c>medium</c>, <c>low</c> or <c>holiday</c>; only <c>high</c> locks.</param>
    /// <param name="AllDay">It has a date and no time: it is shown and never locks.</param>
    /// <param name="Source"><c>embedded</c>, <c>feed</c> or <c>manual</c>.</param>
    internal sealed record EventView(
        string Id, string Title, string Currency, string Impact, DateTimeOffset At, bool AllDay, string? Forecast, string? Previous,
        string Source)
    {
        public static EventView Of(CalendarEvent entry) =>
            new(entry.Id, entry.Title, entry.Currency, entry.Impact, entry.At, entry.AllDay, entry.Forecast, entry.Previous, entry.Source);
    }

    /// <param name="FetchedAt">When it was last read well; <c>null</c> when it never was.</param>
    /// <param name="Problem">Why the last attempt failed.</param>
    internal sealed record SourceView(
        string Source, DateTimeOffset? FetchedAt, DateTimeOffset? CoversFrom, DateTimeOffset? CoversTo, bool Complete, string? Problem);

    /// <param name="Stale">True when it cannot be told that nothing is coming: a news lockout then refuses entries.</param>
    internal sealed record ListView(IReadOnlyList<EventView> Items, string? NextCursor, IReadOnlyList<SourceView> Sources, bool Stale);

    internal sealed record NewEvent(string? Title = null, string? Currency = null, string? Impact = null, DateTimeOffset? At = null);

    internal static async Task<Results<Ok<ListView>, ProblemHttpResult>> List(
        DateTimeOffset? from, DateTimeOffset? to, string? impact, CalendarStore store, EconomicCalendar calendar, TimeProvider clock,
        CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var begin = from ?? now.AddDays(-1);
        var end = to ?? begin.AddDays(15);
        if (end <= begin || end - begin > Longest) return Problem.Invalid("to", "Use a time after from, at most 400 days later.");
        var wanted = impact?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => word.ToLowerInvariant()).ToList();
        if (wanted?.Exists(word => !Impacts.All.Contains(word)) ?? false)
            return Problem.Invalid("impact", $"Use {string.Join(", ", Impacts.All)}, or several with commas.");
        var view = await calendar.CurrentAsync(ct);
        var events = CalendarView.Merged(await store.ListAsync(begin, end, ct))
            .Where(entry => wanted is null or [] || wanted.Contains(entry.Impact));
        return TypedResults.Ok(new ListView([.. events.Select(EventView.Of)], null, [.. view.Sources.Select(SourceOf)],
            view.IsStaleAt(now)));
    }

    internal static async Task<Results<Created<EventView>, ProblemHttpResult>> Add(
        NewEvent body, ManualEvents events, TenantContext caller, EconomicCalendar calendar, TimeProvider clock, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        if (body.Title?.Trim() is not { Length: >= 1 and <= 200 } title || title.Any(char.IsControl))
            (title, errors["title"]) = ("", ["Use 1 to 200 characters."]);
        var currency = body.Currency is null || body.Currency.Equals(SymbolCurrencies.All, StringComparison.OrdinalIgnoreCase)
            ? SymbolCurrencies.All : body.Currency.Trim().ToUpperInvariant();
        if (currency != SymbolCurrencies.All && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)))
            errors["currency"] = ["Use a currency code such as USD, or All."];
        var impact = (body.Impact ?? Impacts.High).ToLowerInvariant();
        if (!Impacts.All.Contains(impact)) errors["impact"] = [$"Use {string.Join(", ", Impacts.All)}."];
        if (body.At is not { } at) (at, errors["at"]) = (default, ["Give the time with its offset."]);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var added = new CalendarEvent(CalendarSources.Manual, NewId.At(clock).ToString(), title, currency, impact, at, false, null, null);
        await events.AddAsync(added, caller, ct);
        await TellAsync(calendar, ct);
        return TypedResults.Created($"/api/admin/calendar/events/{added.Id}", EventView.Of(added));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, ManualEvents events, TenantContext caller, EconomicCalendar calendar, CancellationToken ct)
    {
        if (!await events.RemoveAsync(id, caller, ct)) return Problem.NotFound();
        await TellAsync(calendar, ct);
        return TypedResults.NoContent();
    }

    private static async Task TellAsync(EconomicCalendar calendar, CancellationToken ct)
    {
        await calendar.ReloadAsync(ct);
        calendar.Tell();
    }

    private static SourceView SourceOf(CalendarSource source) => source.FetchedAt == DateTimeOffset.UnixEpoch
        ? new SourceView(source.Source, null, null, null, false, source.Problem)
        : new SourceView(source.Source, source.FetchedAt, source.CoversFrom, source.CoversTo, source.Complete, source.Problem);
}
