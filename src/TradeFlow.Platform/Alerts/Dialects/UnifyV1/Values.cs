using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>Reads one value, or names what is wrong with it. <c>null</c> stands for "not given" everywhere.</summary>
internal static class Values
{
    private const int LongestSymbol = 32;
    private const int LongestId = 200;
    private static readonly SearchValues<char> SymbolLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/!:-");

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
        if (Text(ref json, alert, path, 64) is not { } text) return null;
        var symbol = text.ToUpperInvariant();
        if (symbol.Length <= LongestSymbol && char.IsAsciiLetterOrDigit(symbol[0]) && !symbol.AsSpan().ContainsAnyExcept(SymbolLetters)) return symbol;
        alert.Fault(path, $"A symbol starts with a letter or digit and has up to {LongestSymbol} letters, digits and . _ / ! : -, such as EURUSD or BINANCE:BTCUSD.");
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
    public static decimal? Positive(ref Utf8JsonReader json, AlertReading alert, string path, decimal most)
    {
        string? text;
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when json.ValueSpan.Length <= 256:
                text = Encoding.UTF8.GetString(json.ValueSpan);
                break;
            case JsonTokenType.String:
                text = Raw(ref json);
                break;
            default:
                alert.Fault(path, "It must be a number.");
                json.Skip();
                return null;
        }
        var verdict = NumberText.Parse(text ?? "?", out var value);
        var words = verdict switch
        {
            NumberText.Verdict.Ok when value < 0 => "It must be above zero: the direction stands in side.",
            NumberText.Verdict.Ok when value == 0 => "It must be above zero.",
            NumberText.Verdict.Ok when value > most => $"It is too large: the most is {most:0}.",
            NumberText.Verdict.Ok => null,
            NumberText.Verdict.Empty => "It is empty where a number belongs: the placeholder had no value when the alert fired. Leave the field out, or check the script.",
            NumberText.Verdict.Placeholder => Unfilled,
            NumberText.Verdict.NotANumber => "It is no number (NaN): the placeholder had no value when the alert fired.",
            NumberText.Verdict.Comma => "Write the decimals with a point, and no separator between thousands.",
            NumberText.Verdict.TooLarge => $"It is too large: the most is {most:0}.",
            NumberText.Verdict.TooFine => $"It has more than {NumberText.LargestScale} decimals: round it.",
            _ => "It must be a number, such as 1 or 0.5.",
        };
        if (words is null) return value;
        alert.Fault(path, words);
        return null;
    }

    private const string Unfilled = "TradingView did not fill in the placeholder: check its name, and that the alert comes from a script that has it.";
}
