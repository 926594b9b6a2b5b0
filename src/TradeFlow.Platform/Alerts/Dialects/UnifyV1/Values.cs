using System.Globalization;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>Reads one value, or names what is wrong with it. <c>null</c> stands for "not given" everywhere.</summary>
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
        if (json.TokenType != JsonTokenType.String)
        {
            alert.Fault(path, "It must be text in double quotes.");
            json.Skip();
            return null;
        }
        var text = Raw(ref json)?.Trim();
        if (text is null || text.Any(char.IsControl)) alert.Fault(path, "It has broken or invisible characters.");
        else if (text.Length == 0) alert.Fault(path, "It is empty: give a value or leave it out.");
        else if (text.Contains("{{", StringComparison.Ordinal)) alert.Fault(path, Unfilled);
        else if (text.Length > longest) alert.Fault(path, $"It is longer than {longest} characters.");
        else return text;
        return null;
    }

    public static T? Word<T>(ref Utf8JsonReader json, AlertReading alert, string path, IntentWords.Set<T> words) where T : struct, Enum
    {
        if (Text(ref json, alert, path, 64) is not { } text) return null;
        if (words.Find(text) is { } value) return value;
        alert.Fault(path, words.MendOf(text));
        return null;
    }

    public static string? Symbol(ref Utf8JsonReader json, AlertReading alert, string path)
    {
        if (json.TokenType != JsonTokenType.String) return Text(ref json, alert, path, SymbolText.Longest);
        var text = Raw(ref json)?.Trim() ?? "\uFFFD";
        if (text.Length == 0 || text.Contains("{{", StringComparison.Ordinal)) return Text(ref json, alert, path, SymbolText.Longest);
        // What the account lists is accepted as it is, so any clean text may be one. A key that was pasted here must not be looked up, logged or answered.
        var words = SymbolText.FaultOf(text) ?? (Masking.Text(text, []) == text ? null : "That looks like a key: write the symbol here, and the key into the webhook URL.");
        if (words is null) return text.ToUpperInvariant();
        alert.Fault(path, words);
        return null;
    }

    public static string? Id(ref Utf8JsonReader json, AlertReading alert, string path)
    {
        // {{bar_index}} and the like come without quotes.
        if (json.TokenType == JsonTokenType.Number && json.ValueSpan.Length <= 40) return Encoding.UTF8.GetString(json.ValueSpan);
        return Text(ref json, alert, path, LongestId);
    }

    public static DateTimeOffset? Time(ref Utf8JsonReader json, AlertReading alert, string path)
    {
        const string mend = "Use {{timenow}}, an ISO 8601 time such as 2026-11-22T12:00:00Z, or Unix seconds.";
        string? text;
        if (json.TokenType == JsonTokenType.Number) text = json.ValueSpan.Length <= 20 ? Encoding.UTF8.GetString(json.ValueSpan) : "";
        else
        {
            // A template that somebody sends by hand: the time decides nothing, so that it was not filled in does not matter.
            if (json is { TokenType: JsonTokenType.String, ValueIsEscaped: false } && (json.ValueTextEquals("{{timenow}}"u8) || json.ValueTextEquals("{{time}}"u8))) return null;
            text = Text(ref json, alert, path, 64);
            if (text is null) return null;
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            if (unix is >= 1_000_000_000 and < 10_000_000_000) return DateTimeOffset.FromUnixTimeSeconds(unix);
            if (unix is >= 1_000_000_000_000 and < 10_000_000_000_000) return DateTimeOffset.FromUnixTimeMilliseconds(unix);
        }
        else if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        alert.Fault(path, mend);
        return null;
    }

    /// <summary>A number above zero, quoted or not.</summary>
    public static decimal? Positive(ref Utf8JsonReader json, AlertReading alert, string path, decimal most) =>
        NotNegative(ref json, alert, path, most) is not 0m and var value ? value
        : Fault(alert, path, path.EndsWith(".value", StringComparison.Ordinal) ? $"It must be above zero: leave {path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..^6]} out for none." : "It must be above zero.");

    public static decimal? NotNegative(ref Utf8JsonReader json, AlertReading alert, string path, decimal most) => Number(ref json, most) switch
    {
        { Words: { } words } => Fault(alert, path, words),
        { IsPercent: true } when path.EndsWith(".value", StringComparison.Ordinal) => Fault(alert, path, "Write the number alone; that it is a percentage is said by mode."),
        { IsPercent: true } => Fault(alert, path, "It must be a price, not a percentage."),
        var number => number.Value,
    };

    /// <summary>A number as far as it can be judged by itself: what zero or a percentage means is told by the action.</summary>
    public static (decimal? Value, bool IsPercent) Quantity(ref Utf8JsonReader json, AlertReading alert, string path, decimal most)
    {
        var number = Number(ref json, most);
        return number.Words is { } words ? (Fault(alert, path, words), false) : (number.Value, number.IsPercent);
    }

    private readonly record struct Reading(decimal? Value, bool IsPercent, string? Words);

    private static Reading Number(ref Utf8JsonReader json, decimal most)
    {
        string? text;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.Number when json.ValueSpan.Length <= 256:
                text = Encoding.UTF8.GetString(json.ValueSpan);
                break;
            case JsonTokenType.String:
                text = Raw(ref json);
                break;
            default:
                json.Skip();
                return new Reading(null, false, "It must be a number.");
        }
        var verdict = NumberText.Parse(text ?? "?", out var value);
        return verdict switch
        {
            NumberText.Verdict.Ok when value < 0 => new Reading(null, false, "It must be above zero: the direction stands in side."),
            NumberText.Verdict.Ok when value <= most => new Reading(value, false, null),
            NumberText.Verdict.Ok or NumberText.Verdict.TooLarge => new Reading(null, false, $"It is too large: the most is {most:0}."),
            NumberText.Verdict.Percent => new Reading(null, true, null),
            NumberText.Verdict.Empty =>
                new Reading(null, false, "It is empty where a number belongs: the placeholder had no value when the alert fired. Leave the field out, or check the script."),
            NumberText.Verdict.Placeholder => new Reading(null, false, Unfilled),
            NumberText.Verdict.NotANumber => new Reading(null, false, "It is no number (NaN): the placeholder had no value when the alert fired."),
            NumberText.Verdict.Comma => new Reading(null, false, "Write the decimals with a point, and no separator between thousands."),
            _ when text is not null && text.Any(char.IsAsciiDigit) => new Reading(null, false, "It must be a number, such as 1 or 0.5, without a unit or a currency sign."),
            _ => new Reading(null, false, "It must be a number, such as 1 or 0.5."),
        };
    }

    private static decimal? Fault(AlertReading alert, string path, string words)
    {
        alert.Fault(path, words);
        return null;
    }

    private const string Unfilled = "TradingView did not fill in the placeholder: check its name, and that the alert comes from a script that has it.";
}
