using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>Says where a text stops being JSON, and guesses the mend from what people write into TradingView.</summary>
internal static class MalformedJson
{
    public const string Field = "body";

    public static string Describe(ReadOnlySpan<byte> body, JsonException fault)
    {
        var at = OffsetOf(body, fault);
        var column = fault.BytePositionInLine is { } bytes ? Encoding.UTF8.GetCharCount(body.Slice(at - (int)Math.Min(bytes, at), (int)Math.Min(bytes, at))) + 1 : 1;
        return $"This is not valid JSON at line {(fault.LineNumber ?? 0) + 1}, column {column}. {Hint(body, at, fault)}";
    }

    private static string Hint(ReadOnlySpan<byte> body, int at, JsonException fault)
    {
        // The framework has no code for it, only words.
        if (fault.Message.Contains("maximum configured depth", StringComparison.Ordinal)) return $"It is nested deeper than {UnifyV1Reader.MaxDepth} levels.";
        var rest = body[at..];
        var before = body[..at].TrimEnd(" \t\r\n"u8);
        if (body[0] != (byte)'{') return "Start with { and paste the JSON of the template.";
        if (IsSmartQuote(rest) || (body.IndexOf("“"u8) >= 0 || body.IndexOf("”"u8) >= 0) && body.IndexOf((byte)'"') < 0) return "Replace the curly quotes “ ” by straight ones: \".";
        if (rest.StartsWith("'"u8)) return "Use double quotes (\") instead of single ones.";
        if (rest.StartsWith("{{"u8) || before.EndsWith("{"u8) && rest.StartsWith("{"u8)) return "TradingView did not fill in a placeholder here: check its name, and put quotes around it.";
        if (StartsWithWord(rest, "nan"u8) || StartsWithWord(rest, "na"u8) || rest.StartsWith("n"u8) || rest.StartsWith("N"u8))
            return "NaN and na are no numbers: the placeholder had no value when the alert fired. Put quotes around placeholders to be told which field it is.";
        if (rest is [(byte)'}' or (byte)']', ..] && before.EndsWith(","u8)) return "Remove the comma before it.";
        if (rest is [(byte)',' or (byte)'}', ..] && before.EndsWith(":"u8)) return "There is no value after the colon: the placeholder was empty when the alert fired.";
        if (rest is [(byte)'\r' or (byte)'\n' or (byte)'\t', ..]) return "A text must not go over the end of a line: write \\n for a line break.";
        if (rest.StartsWith("/"u8)) return "JSON has no comments.";
        if (rest.IsEmpty) return "It ends too early: a bracket or a quote is not closed.";
        if (rest is [(byte)'"', ..]) return "A comma is missing before it, or a quote is not closed.";
        return "Compare it with the template.";
    }

    private static bool IsSmartQuote(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("“"u8) || rest.StartsWith("”"u8) || rest.StartsWith("‘"u8) || rest.StartsWith("’"u8) || rest.StartsWith("„"u8);

    private static bool StartsWithWord(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> word) =>
        rest.Length >= word.Length && Ascii.EqualsIgnoreCase(rest[..word.Length], word) && (rest.Length == word.Length || !char.IsAsciiLetterOrDigit((char)rest[word.Length]));

    private static int OffsetOf(ReadOnlySpan<byte> body, JsonException fault)
    {
        var line = fault.LineNumber ?? 0;
        var start = 0;
        for (; line > 0; line--)
        {
            var end = body[start..].IndexOf((byte)'\n');
            if (end < 0) break;
            start += end + 1;
        }
        return (int)Math.Clamp(start + (fault.BytePositionInLine ?? 0), 0, body.Length);
    }
}
