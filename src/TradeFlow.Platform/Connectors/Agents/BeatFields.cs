using System.Globalization;
using System.Text.Json;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// Reads members of one object as terminals write them: numbers may be quoted, an empty text where a number belongs is no number, members
/// that nobody knows are passed over. What is wrong is noted under its path.
/// </summary>
internal readonly struct BeatFields(JsonElement json, string path, Dictionary<string, string[]> errors)
{
    private const int MostErrors = 20;

    public string? Text(string name, int longest, bool required = false)
    {
        var text = Find(name) switch
        {
            { ValueKind: JsonValueKind.String } value => value.GetString()?.Trim(),
            { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
            null or { ValueKind: JsonValueKind.Null } => null,
            _ => Fault<string>(name, "Give a text."),
        };
        if (text is { Length: > 0 })
            return text.Length <= longest && !text.Any(char.IsControl)
                ? text : Fault<string>(name, $"Use at most {longest} characters, without control characters.");
        if (required && !IsFaulty(name)) Fault<string>(name, "This is missing.");
        return null;
    }

    /// <summary>Somebody's own words, such as a comment: clipped and cleaned, because no report is refused for them.</summary>
    public string Words(string name, int longest)
    {
        if (Find(name) is not { } value) return "";
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.ValueKind == JsonValueKind.Number
            ? value.GetRawText() : "";
        return string.Concat(text.Take(longest).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)).Trim();
    }

    public decimal? Number(string name, bool required = false)
    {
        var value = Find(name);
        var text = value?.ValueKind switch { JsonValueKind.String => value.Value.GetString()?.Trim(), JsonValueKind.Number =>
            value.Value.GetRawText(), JsonValueKind.Null or null => "", _ => null };
        if (text is null) return FaultyNumber(name, "Give a number.");
        if (text.Length == 0) return required ? FaultyNumber(name, "This is missing.") : null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1_000_000_000_000_000m
            ? number
            : FaultyNumber(name, "This is not a number that can be used.");
    }

    /// <summary>A price or the like, for which zero means that there is none.</summary>
    public decimal? NotZero(string name) => Number(name) is { } number && number != 0 ? number : null;

    public long Whole(string name)
    {
        if (Number(name) is not { } number) return 0;
        if (number == decimal.Truncate(number)) return (long)number;
        Fault<string>(name, "Give a whole number.");
        return 0;
    }

    public bool? Flag(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Number } value => value.GetRawText() != "0",
        { ValueKind: JsonValueKind.String } value when value.GetString() is "true" or "1" => true,
        { ValueKind: JsonValueKind.String } value when value.GetString() is "false" or "0" or "" => false,
        null or { ValueKind: JsonValueKind.Null } => null,
        _ => FaultyFlag(name),
    };

    /// <returns>The entries that are objects, or <c>null</c> when there is no such list.</returns>
    public List<BeatFields>? List(string name, int most)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (value.ValueKind != JsonValueKind.Array) return Fault<List<BeatFields>>(name, "Give a list.");
        if (value.GetArrayLength() > most) return Fault<List<BeatFields>>(name, $"Send at most {most} at a time.");
        List<BeatFields> list = [];
        foreach (var entry in value.EnumerateArray())
        {
            var place = $"{Path(name)}[{list.Count}]";
            if (entry.ValueKind != JsonValueKind.Object) Note(place, "Give an object.");
            list.Add(new BeatFields(entry, place, errors));
        }
        return list;
    }

    public T? Fault<T>(string name, string sentence) where T : class
    {
        Note(Path(name), sentence);
        return null;
    }

    private decimal? FaultyNumber(string name, string sentence)
    {
        Note(Path(name), sentence);
        return null;
    }

    private bool? FaultyFlag(string name)
    {
        Note(Path(name), "Use true or false.");
        return null;
    }

    private bool IsFaulty(string name) => errors.ContainsKey(Path(name));

    private void Note(string place, string sentence)
    {
        if (errors.Count < MostErrors) errors.TryAdd(place, [sentence]);
    }

    private string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private JsonElement? Find(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
}
