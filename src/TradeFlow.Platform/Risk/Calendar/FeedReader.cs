using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Risk.Calendar;

/// <summary>
/// Reads the weekly JSON of Forex Factory's kind, and <c>tradeflow.calendar.v1</c>. A file that is not what it should be is refused as a
/// whole: an error page that is read as an empty week would switch the lockout off in silence.
/// </summary>
internal static class FeedReader
{
    public const int LargestFile = 2 * 1024 * 1024;
    private const int MostRows = 5000;
    private const double Readable = 0.95;
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <exception cref="FormatException">It is no calendar; the message says why.</exception>
    public static CalendarSnapshot Read(ReadOnlyMemory<byte> content, string source)
    {
        if (content.Length > LargestFile) throw new FormatException("The calendar is larger than 2 MB.");
        if (content.Span.StartsWith(Encoding.UTF8.Preamble)) content = content[3..];
        try
        {
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 8 });
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Array => Weekly(json.RootElement, source),
                JsonValueKind.Object when json.RootElement.TryGetProperty("schema", out var schema)
                    && schema.ValueEquals("tradeflow.calendar.v1") => Own(json.RootElement, source),
                _ => throw new FormatException("It is neither a list of events nor tradeflow.calendar.v1."),
            };
        }
        catch (JsonException e)
        {
            throw new FormatException("It is no JSON.", e);
        }
    }

    private static CalendarSnapshot Weekly(JsonElement rows, string source)
    {
        var events = Events(rows, row => WeeklyRow(row, source));
        // It covers whole weeks of New York, from Sunday.
        var first = WeekOf(events.Min(entry => entry.At));
        var last = WeekOf(events.Max(entry => entry.At)).AddDays(7);
        return new CalendarSnapshot(InNewYork(first), InNewYork(last), true, events);
    }

    private static CalendarSnapshot Own(JsonElement root, string source)
    {
        if (!root.TryGetProperty("events", out var rows) || rows.ValueKind != JsonValueKind.Array
            || !root.TryGetProperty("coverage", out var coverage) || coverage.ValueKind != JsonValueKind.Object
            || Time(coverage, "from") is not { } from || Time(coverage, "to") is not { } to || to <= from)
            throw new FormatException("It has no events, or no coverage from and to.");
        var complete = coverage.TryGetProperty("complete", out var whole) && whole.ValueKind == JsonValueKind.True;
        return new CalendarSnapshot(from, to, complete, Events(rows, row => OwnRow(row, source)));
    }

    private static List<CalendarEvent> Events(JsonElement rows, Func<JsonElement, CalendarEvent?> read)
    {
        var count = rows.GetArrayLength();
        if (count == 0) throw new FormatException("It has no events.");
        if (count > MostRows) throw new FormatException($"It has more than {MostRows} events.");
        var events = rows.EnumerateArray().Select(read).OfType<CalendarEvent>()
            .DistinctBy(entry => entry.Id, StringComparer.Ordinal).ToList();
        var unread = rows.EnumerateArray().Count(row => read(row) is null);
        if (unread > count * (1 - Readable))
            throw new FormatException($"{unread} of {count} rows have no title, country, impact and date with an offset.");
        return events;
    }

    private static CalendarEvent? WeeklyRow(JsonElement row, string source)
    {
        if (row.ValueKind != JsonValueKind.Object || Text(row, "title") is not { Length: > 0 } title
            || Text(row, "country") is not { } country || Currency(country) is not { } currency
            || Text(row, "impact") is not { } word || Impact(word) is not { } impact || Time(row, "date") is not { } at) return null;
        return new CalendarEvent(source, IdOf(currency, title, at), title, currency, impact, at, impact == "holiday", Text(row, "forecast"),
            Text(row, "previous"));
    }

    private static CalendarEvent? OwnRow(JsonElement row, string source)
    {
        if (row.ValueKind != JsonValueKind.Object || Text(row, "id") is not { Length: > 0 } id
            || Text(row, "title") is not { Length: > 0 } title || Text(row, "currency") is not { } code
            || Currency(code) is not { } currency || Text(row, "impact") is not { } word || Impact(word) is not { } impact
            || Time(row, "at_utc") is not { } at)
            return null;
        var allDay = row.TryGetProperty("all_day", out var whole) && whole.ValueKind == JsonValueKind.True;
        return new CalendarEvent(source, id, title, currency, impact, at, allDay, Text(row, "forecast"), Text(row, "previous"));
    }

    // A reading replaces all of its source, so that an event that was moved is not there twice.
    private static string IdOf(string currency, string title, DateTimeOffset at) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{currency}|{title}|{at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)}")))[..24];

    private static string? Text(JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        var text = string.Concat(value.GetString()!.Where(letter => !char.IsControl(letter))).Trim(); // a string has a text
        return text.Length > 200 ? text[..200] : text;
    }

    private static DateTimeOffset? Time(JsonElement row, string name) =>
        Text(row, name) is { } text && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToUniversalTime() : null;

    private static string? Currency(string text) => text.Equals(SymbolCurrencies.All, StringComparison.OrdinalIgnoreCase)
        ? SymbolCurrencies.All
        : text.Length == 3 && text.All(char.IsAsciiLetter) ? text.ToUpperInvariant() : null;

    private static string? Impact(string text) => text.ToLowerInvariant() switch
    {
        "non-economic" or "none" => "low",
        var word when Impacts.All.Contains(word) => word,
        _ => null,
    };

    private static DateOnly WeekOf(DateTimeOffset at)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, NewYork).DateTime);
        return date.AddDays(-(int)date.DayOfWeek);
    }

    private static DateTimeOffset InNewYork(DateOnly date) => Days.TradingDay.Begin(date, NewYork, TimeOnly.MinValue);
}
