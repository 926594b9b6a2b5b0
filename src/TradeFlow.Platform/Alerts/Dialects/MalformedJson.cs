using System.Buffers;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Alerts.Secrets;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>Says where a text stops being JSON, and guesses the mend from what people write into TradingView.</summary>
internal static class MalformedJson
{
    public const string Field = "body";
    private static readonly SearchValues<byte> NumberLetters = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create("\",}: \r\n\t"u8);

    public static string Describe(ReadOnlySpan<byte> body, JsonException fault)
    {
        var at = OffsetOf(body, fault);
        var column = fault.BytePositionInLine is { } bytes
            ? Encoding.UTF8.GetCharCount(body.Slice(at - (int)Math.Min(bytes, at), (int)Math.Min(bytes, at))) + 1 : 1;
        return $"This is not valid JSON at line {(fault.LineNumber ?? 0) + 1}, column {column}. {Hint(body, at, fault)}";
    }

    /// <summary>What to do about JSON that is whole and no object.</summary>
    public static string NoObject(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.StartArray =>
            "The message must be a JSON object: send one signal by itself, without [ ] around it, and start with {.",
        JsonTokenType.String when Values.Raw(ref json) is { } text && text.TrimStart().StartsWith('{') =>
            "The message must be a JSON object: it was put into quotes once more on its way. Send it as it is, and start with {.",
        JsonTokenType.String when json.ValueSpan.IsEmpty =>
            "The message must be a JSON object: remove the quotes around it, and start with {.",
        _ => "The message must be a JSON object: start with { and paste the JSON of the template.",
    };

    /// <summary>What to do about bytes that are no UTF-8.</summary>
    public static string NotUtf8(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || body.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            || body.Count((byte)0) > body.Length / 4)
            return "The message is not valid UTF-8 text: it is UTF-16. Save and send it as UTF-8.";
        var at = 0;
        while (Rune.DecodeFromUtf8(body[at..], out _, out var length) == OperationStatus.Done) at += length;
        var letter = Encoding.Latin1.GetString(body.Slice(at, 1))[0];
        return char.IsLetter(letter)
            ? $"The message is not valid UTF-8 text: byte {at + 1} is a {letter} in Latin-1. Send it as UTF-8, or leave such letters out."
            : $"The message is not valid UTF-8 text at byte {at + 1}. Send it as UTF-8.";
    }

    private static string Hint(ReadOnlySpan<byte> body, int at, JsonException fault)
    {
        // The framework has no code for it, only words.
        if (fault.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"It is nested deeper than {JsonText.MaxDepth} levels.";
        if (OnItsWay(body) is { } way) return way;
        var rest = body[at..];
        var before = body[..at].TrimEnd(" \t\r\n"u8);
        if (body[0] != (byte)'{') return body.Contains((byte)'{')
            ? "Start with {: remove what stands before it." : "Start with { and paste the JSON of the template.";
        if (IsSmartQuote(rest) || (body.IndexOf("“"u8) >= 0 || body.IndexOf("”"u8) >= 0) && body.IndexOf((byte)'"') < 0)
            return "Replace the curly quotes “ ” by straight ones: \".";
        if (rest.StartsWith("'"u8) || rest.StartsWith("`"u8)) return "Use double quotes (\") instead of single ones.";
        if (rest.StartsWith("{{"u8) || before.EndsWith("{"u8) && rest.StartsWith("{"u8))
            return "TradingView did not fill in a placeholder here: check its name, and put quotes around it.";
        if (Unseen(rest) is { } unseen) return unseen;
        if (Number(rest, before) is { } number) return number;
        if (StartsWithWord(rest, "none"u8) || StartsWithWord(rest, "undefined"u8)) return "Write null, or leave the field out.";
        if (rest.StartsWith("True"u8) || rest.StartsWith("False"u8)) return "Write true and false in small letters.";
        if (StartsWithWord(rest, "nan"u8) || StartsWithWord(rest, "na"u8) || StartsWithWord(rest, "infinity"u8))
            return "NaN and na are no numbers: the placeholder had no value when the alert fired. Put quotes around placeholders to be told which field it is.";
        if (rest is [(byte)'}' or (byte)']', ..] && before.EndsWith(","u8)) return "Remove the comma before it.";
        if (rest is [(byte)',' or (byte)'}', ..] && before.EndsWith(":"u8))
            return "There is no value after the colon: the placeholder was empty when the alert fired.";
        if (rest is [(byte)'\r' or (byte)'\n' or (byte)'\t', ..])
            return "A text must not go over the end of a line: write \\n for a line break.";
        if (rest.StartsWith("/"u8) || rest.StartsWith("#"u8)) return "JSON has no comments.";
        if (rest.StartsWith("="u8)) return "Write a colon between a name and its value.";
        if (rest.StartsWith(";"u8)) return "Write a comma between two fields.";
        if (rest.IsEmpty) return "It ends too early: a bracket or a quote is not closed.";
        if (rest is [(byte)'{', ..] && before.EndsWith("}"u8)) return "Two messages are in one: send each by itself.";
        if (Word(rest, before) is { } word) return word;
        if (rest is [(byte)'"', ..]) return "A comma is missing before it, or a quote is not closed.";
        return "Compare it with the template.";
    }

    // What a mail, a form or a script makes of the text before it arrives.
    private static string? OnItsWay(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf((byte)'"') >= 0) return null;
        if (body.IndexOf("&quot;"u8) >= 0 || body.IndexOf("&#34;"u8) >= 0)
            return "The quotes were HTML-escaped (&quot;) on their way: send the text as it is.";
        if (body.IndexOf("%22"u8) >= 0 && (body.IndexOf("%7B"u8) >= 0 || body.IndexOf("%7b"u8) >= 0))
            return "The text was URL-encoded (%7B for {) on its way: send it as it is.";
        return null;
    }

    private static string? Number(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> before)
    {
        if (rest is [(byte)'.', >= (byte)'0' and <= (byte)'9', ..]) return $"Write 0{Digits(rest)}: a number starts with a digit.";
        if (rest is [(byte)'+', (byte)'.' or (>= (byte)'0' and <= (byte)'9'), ..])
            return $"Write {(rest[1] == (byte)'.' ? "0" : "")}{Digits(rest[1..])} without the plus.";
        if (rest is [>= (byte)'0' and <= (byte)'9', ..] && before.EndsWith("0"u8)) return $"Write {Digits(rest)} without a zero before it.";
        return before.EndsWith("."u8) && before is [.., >= (byte)'0' and <= (byte)'9', _]
            ? "A number ends with a digit: write 1 or 1.0 instead of \"1.\"." : null;
    }

    private static string Digits(ReadOnlySpan<byte> rest)
    {
        var length = rest[..Math.Min(rest.Length, 20)].IndexOfAnyExcept(NumberLetters);
        return Encoding.ASCII.GetString(rest[..(length < 0 ? Math.Min(rest.Length, 20) : length)]);
    }

    private static string? Unseen(ReadOnlySpan<byte> rest)
    {
        if (rest is [< 0x80, ..] or [] || Rune.DecodeFromUtf8(rest, out var rune, out _) != OperationStatus.Done) return null;
        return Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format
            ? $"An invisible letter stands here, U+{rune.Value:X4}: delete it, and type the blank anew." : null;
    }

    // A text that nobody put into quotes, or whose first one is missing. What looks like a key is not repeated.
    private static string? Word(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> before)
    {
        if (!before.EndsWith(":"u8) && !before.EndsWith("{"u8) && !before.EndsWith(","u8)) return null;
        var length = rest.IndexOfAny(WordEnds);
        var written = rest[..(length < 0 ? rest.Length : length)];
        if (written.Length is 0 or > 32 || !char.IsAsciiLetter((char)written[0]) || !Ascii.IsValid(written)) return null;
        var word = Encoding.ASCII.GetString(written);
        if (Masking.Text(word, []) != word) return "A quote is missing here.";
        return length >= 0 && rest[length] == (byte)'"' ? $"A quote is missing before {word}." : $"Put double quotes around {word}.";
    }

    private static bool IsSmartQuote(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("“"u8) || rest.StartsWith("”"u8) || rest.StartsWith("‘"u8) || rest.StartsWith("’"u8) || rest.StartsWith("„"u8);

    private static bool StartsWithWord(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> word) =>
        rest.Length >= word.Length && Ascii.EqualsIgnoreCase(rest[..word.Length], word)
        && (rest.Length == word.Length || !char.IsAsciiLetterOrDigit((char)rest[word.Length]));

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
