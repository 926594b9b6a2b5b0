using System.Globalization;
using System.Text.Json;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>
/// One value of an answer. TradeLocker writes the same number as text here and as a number there, and null for what is not set.
/// </summary>
internal readonly record struct Cell(JsonElement Value)
{
    // Epoch seconds stay below this until the year 5138; milliseconds are above it since 1973.
    private const long LargestSeconds = 100_000_000_000;

    public string? Text => Value.ValueKind switch
    {
        JsonValueKind.String => Value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>Null for a cell that is empty or no number.</summary>
    public decimal? Number => decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A price or an id where zero means "none".</summary>
    public decimal? NumberAboveZero => Number is { } number and > 0 ? number : null;

    public DateTimeOffset? Time
    {
        get
        {
            if (Number is { } epoch and > 0 and < 1e15m)
                return epoch < LargestSeconds
                    ? DateTimeOffset.FromUnixTimeSeconds((long)epoch) : DateTimeOffset.FromUnixTimeMilliseconds((long)epoch);
            return DateTimeOffset.TryParse(Text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
        }
    }

    public bool Is(string word) => string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The named member of an object; an empty cell when there is none.</summary>
    public Cell this[string name] =>
        Value.ValueKind is JsonValueKind.Object && Value.TryGetProperty(name, out var member) ? new Cell(member) : default;

    /// <summary>The items of an array; none for anything else.</summary>
    public IEnumerable<Cell> Items => Value.ValueKind is JsonValueKind.Array ? Value.EnumerateArray().Select(item => new Cell(item)) : [];

    public bool IsArray => Value.ValueKind is JsonValueKind.Array;
}
