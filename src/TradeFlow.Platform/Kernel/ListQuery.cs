using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TradeFlow.Platform.Kernel;

/// <summary>The parameters of a list that is ordered by time and id, checked: each fault by the name of its parameter.</summary>
internal sealed class ListQuery
{
    private readonly Dictionary<string, string[]> errors;

    /// <param name="found">Faults that were found before, if any.</param>
    public ListQuery(int? limit, string? cursor, Dictionary<string, string[]>? found = null)
    {
        errors = found ?? [];
        Size = limit ?? Paging.Default;
        if (Size is < 1 or > Paging.Largest) errors["limit"] = [$"Use 1 to {Paging.Largest}."];
        if (string.IsNullOrEmpty(cursor)) return;
        Before = TimeCursor.Read(cursor);
        if (Before is null) errors["cursor"] = ["Use the next_cursor of the page before."];
    }

    public int Size { get; }

    /// <summary>Where the page before ended.</summary>
    public (DateTimeOffset At, Guid Id)? Before { get; }

    public ProblemHttpResult? Fault => errors.Count > 0 ? Problem.Invalid(errors) : null;

    public Guid? Id(string? text, string field)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (Guid.TryParse(text, out var id)) return id;
        errors[field] = ["This is not an id."];
        return null;
    }

    public string? OneOf(string? text, string field, params ReadOnlySpan<string> allowed)
    {
        if (string.IsNullOrEmpty(text) || allowed.Contains(text)) return string.IsNullOrEmpty(text) ? null : text;
        errors[field] = [$"Use one of: {string.Join(", ", allowed)}."];
        return null;
    }

    /// <summary>An HTTP status such as 422, or a class of them such as 4xx.</summary>
    public (int? Exact, int? Hundreds) Status(string? text)
    {
        if (text is [>= '1' and <= '5' and var first, 'x' or 'X', 'x' or 'X']) return (null, first - '0');
        if (string.IsNullOrEmpty(text)) return (null, null);
        if (int.TryParse(text, out var code) && code is >= 100 and <= 599) return (code, null);
        errors["status"] = ["Use an HTTP status such as 422, or 4xx."];
        return (null, null);
    }

    /// <summary>What stands anywhere in a text, as a pattern of LIKE; <c>null</c> where nothing is looked for.</summary>
    public string? Part(string? text, string field)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length > 200 || text.Contains('\0', StringComparison.Ordinal)) errors[field] = ["Look for at most 200 characters."];
        return $"%{text.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
    }

    /// <summary>The rows of a bare list, cut to the page; the header Link (RFC 8288) names the next page where there is one.</summary>
    public Ok<List<T>> Bare<T>(List<T> found, Func<T, (DateTimeOffset At, Guid Id)> place, HttpContext http)
    {
        if (found.Count > Size)
        {
            found.RemoveRange(Size, found.Count - Size);
            var (at, id) = place(found[^1]);
            var rest = http.Request.Query.Where(entry => entry.Key is not "cursor")
                .SelectMany(entry => entry.Value.Select(value => KeyValuePair.Create(entry.Key, value)));
            http.Response.Headers.Link = $"<{http.Request.Path}{QueryString.Create([.. rest, KeyValuePair.Create("cursor", (string?)TimeCursor.Of(at, id))])}>; rel=\"next\"";
        }
        return TypedResults.Ok(found);
    }

    public Ok<Page<T>> Paged<T>(List<T> found, Func<T, (DateTimeOffset At, Guid Id)> place)
    {
        if (found.Count <= Size) return TypedResults.Ok(new Page<T>(found, null));
        var (at, id) = place(found[Size - 1]);
        return TypedResults.Ok(new Page<T>(found[..Size], TimeCursor.Of(at, id)));
    }
}
