using System.Globalization;
using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>Reads one value that stands as text in whatever dialect, or names what is wrong with it.</summary>
internal static class FieldText
{
    public const decimal LargestPrice = 1_000_000_000_000m;
    public const decimal LargestQuantity = 1_000_000_000m;

    private const string Unfilled =
        "TradingView did not fill in the placeholder: check its name, and that the alert comes from a script that has it.";
    private const string TimeMend = "Use {{timenow}}, an ISO 8601 time such as 2026-11-22T12:00:00Z, or Unix seconds.";

    /// <param name="text"><c>null</c> when its escapes make no text.</param>
    public static string? Text(string? text, AlertReading alert, string path, int longest)
    {
        text = text?.Trim();
        if (text is null || text.Any(char.IsControl)) alert.Fault(path, "It has broken or invisible characters.");
        else if (text.Length == 0) alert.Fault(path, "It is empty: give a value or leave it out.");
        else if (text.Contains("{{", StringComparison.Ordinal)) alert.Fault(path, Unfilled);
        else if (text.Length > longest) alert.Fault(path, $"It is longer than {longest} characters.");
        else return text;
        return null;
    }

    public static T? Word<T>(string? raw, AlertReading alert, string path, WordSet<T> words) where T : struct
    {
        if (Text(raw, alert, path, 64) is not { } text) return null;
        if (words.Find(text) is { } value) return value;
        alert.Fault(path, words.MendOf(text));
        return null;
    }

    public static string? Symbol(string? raw, AlertReading alert, string path)
    {
        var text = raw?.Trim() ?? "\uFFFD";
        if (text.Length == 0 || text.Contains("{{", StringComparison.Ordinal)) return Text(raw, alert, path, SymbolText.Longest);
        // What the account lists is accepted as it is, so any clean text may be one. A key that was pasted here must not be looked up,
        // logged or answered.
        var words = SymbolText.FaultOf(text)
            ?? (Masking.Text(text, []) == text ? null : "That looks like a key: write the symbol here, and the key into the webhook URL.");
        if (words is null) return text.ToUpperInvariant();
        alert.Fault(path, words);
        return null;
    }

    /// <summary>
    /// A time; <c>null</c> as well for the placeholder of a template that somebody sends by hand: the time decides nothing, so that it was
    /// not filled in does not matter.
    /// </summary>
    public static DateTimeOffset? Time(string? raw, AlertReading alert, string path)
    {
        if (raw is "{{timenow}}" or "{{time}}") return null;
        if (Text(raw, alert, path, 64) is not { } text) return null;
        if (TimeOf(text) is { } time) return time;
        alert.Fault(path, TimeMend);
        return null;
    }

    public static DateTimeOffset? TimeOf(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            if (unix is >= 1_000_000_000 and < 10_000_000_000) return DateTimeOffset.FromUnixTimeSeconds(unix);
            if (unix is >= 1_000_000_000_000 and < 10_000_000_000_000) return DateTimeOffset.FromUnixTimeMilliseconds(unix);
        }
        else if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        return null;
    }

    /// <param name="Words">What is wrong with it.</param>
    public readonly record struct Reading(decimal? Value, bool IsPercent, string? Words);

    public static Reading Number(string? text, decimal most)
    {
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
            NumberText.Verdict.NotANumber =>
                new Reading(null, false, "It is no number (NaN): the placeholder had no value when the alert fired."),
            NumberText.Verdict.Comma => new Reading(null, false, "Write the decimals with a point, and no separator between thousands."),
            _ when text is not null && text.Any(char.IsAsciiDigit) =>
                new Reading(null, false, "It must be a number, such as 1 or 0.5, without a unit or a currency sign."),
            _ => new Reading(null, false, "It must be a number, such as 1 or 0.5."),
        };
    }
}
