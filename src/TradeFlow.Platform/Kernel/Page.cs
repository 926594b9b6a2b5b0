using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TradeFlow.Platform.Kernel;

/// <summary>One page of a list; <see cref="NextCursor"/> is <c>null</c> on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>The <c>limit</c> and <c>cursor</c> that every list takes.</summary>
internal static class Paging
{
    public const int Default = 50;
    public const int Largest = 500;

    /// <summary>The fault of a query, if there is one. The cursor of these lists is the id of the last thing on the page before.</summary>
    public static ProblemHttpResult? Check(int? limit, string? cursor)
    {
        if (limit is < 1 or > Largest) return Problem.Invalid("limit", $"Use 1 to {Largest}.");
        return cursor is null || Guid.TryParse(cursor, out _) ? null : Problem.Invalid("cursor", "Use next_cursor of the page before.");
    }

    /// <summary>A page of a list that is short enough to be read whole. A cursor whose thing is gone ends the list.</summary>
    public static Page<T> Cut<T>(IReadOnlyList<T> all, Func<T, Guid> idOf, int? limit, string? cursor)
    {
        var rest = cursor is null ? all : [.. all.SkipWhile(item => idOf(item) != Guid.Parse(cursor)).Skip(1)];
        var size = limit ?? Default;
        return rest.Count > size ? new Page<T>([.. rest.Take(size)], idOf(rest[size - 1]).ToString()) : new Page<T>(rest, null);
    }
}

/// <summary>The cursor of a list that is ordered by time and id: where the page before ended. Nobody but us reads it.</summary>
internal static class TimeCursor
{
    private const int Longest = 200;

    public static string Of(DateTimeOffset at, Guid id) => Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"{at.UtcTicks}.{id:N}"));

    /// <returns><c>null</c> when it is none of ours.</returns>
    public static (DateTimeOffset At, Guid Id)? Read(string cursor)
    {
        if (cursor.Length is 0 or > Longest || cursor.Length % 2 != 0 || !cursor.All(char.IsAsciiHexDigit)) return null;
        var parts = Encoding.ASCII.GetString(Convert.FromHexString(cursor)).Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], out var ticks) && ticks > 0 && ticks < DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(parts[1], "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }
}
