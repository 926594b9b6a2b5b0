using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>Reads one value of JSON, or names what is wrong with it. <c>null</c> stands for "not given" everywhere.</summary>
internal static class Values
{
    private const int LongestId = 200;

    /// <summary>The text as it is; <c>null</c> when its escapes make no text (half of a surrogate pair).</summary>
    public static string? Raw(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static string? Text(ref Utf8JsonReader json, AlertReading alert, string path, int longest)
    {
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType == JsonTokenType.String) return FieldText.Text(Raw(ref json), alert, path, longest);
        alert.Fault(path, "It must be text in double quotes.");
        json.Skip();
        return null;
    }

    public static T? Word<T>(ref Utf8JsonReader json, AlertReading alert, string path, WordSet<T> words) where T : struct
    {
        if (Text(ref json, alert, path, 64) is not { } text) return null;
        if (words.Find(text) is { } value) return value;
        alert.Fault(path, words.MendOf(text));
        return null;
    }

    public static string? Symbol(ref Utf8JsonReader json, AlertReading alert, string path) =>
        json.TokenType == JsonTokenType.String
            ? FieldText.Symbol(Raw(ref json), alert, path) : Text(ref json, alert, path, SymbolText.Longest);

    public static string? Id(ref Utf8JsonReader json, AlertReading alert, string path)
    {
        // {{bar_index}} and the like come without quotes.
        if (json.TokenType == JsonTokenType.Number && json.ValueSpan.Length <= 40) return Encoding.UTF8.GetString(json.ValueSpan);
        return Text(ref json, alert, path, LongestId);
    }

    public static DateTimeOffset? Time(ref Utf8JsonReader json, AlertReading alert, string path)
    {
        if (json.TokenType == JsonTokenType.Number)
            return FieldText.Time(json.ValueSpan.Length <= 20 ? Encoding.UTF8.GetString(json.ValueSpan) : "?", alert, path);
        if (json is { TokenType: JsonTokenType.String, ValueIsEscaped: false }) return FieldText.Time(Raw(ref json), alert, path);
        return Text(ref json, alert, path, 64) is { } text ? FieldText.Time(text, alert, path) : null;
    }

    /// <summary>A number above zero, quoted or not.</summary>
    public static decimal? Positive(ref Utf8JsonReader json, AlertReading alert, string path, decimal most) =>
        NotNegative(ref json, alert, path, most) is not 0m and var value ? value
        : Fault(alert, path, path.EndsWith(".value", StringComparison.Ordinal)
            ? $"It must be above zero: leave {path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..^6]} out for none."
            : "It must be above zero.");

    public static decimal? NotNegative(ref Utf8JsonReader json, AlertReading alert, string path, decimal most) =>
        Number(ref json, most) switch
        {
            { Words: { } words } => Fault(alert, path, words),
            { IsPercent: true } when path.EndsWith(".value", StringComparison.Ordinal) =>
                Fault(alert, path, "Write the number alone; that it is a percentage is said by mode."),
            { IsPercent: true } => Fault(alert, path, "It must be a price, not a percentage."),
            var number => number.Value,
        };

    /// <summary>A number as far as it can be judged by itself: what zero or a percentage means is told by the action.</summary>
    public static (decimal? Value, bool IsPercent) Quantity(ref Utf8JsonReader json, AlertReading alert, string path, decimal most)
    {
        var number = Number(ref json, most);
        return number.Words is { } words ? (Fault(alert, path, words), false) : (number.Value, number.IsPercent);
    }

    private static FieldText.Reading Number(ref Utf8JsonReader json, decimal most)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.Number when json.ValueSpan.Length <= 256:
                return FieldText.Number(Encoding.UTF8.GetString(json.ValueSpan), most);
            case JsonTokenType.String:
                return FieldText.Number(Raw(ref json), most);
            default:
                json.Skip();
                return new FieldText.Reading(null, false, "It must be a number.");
        }
    }

    private static decimal? Fault(AlertReading alert, string path, string words)
    {
        alert.Fault(path, words);
        return null;
    }
}
