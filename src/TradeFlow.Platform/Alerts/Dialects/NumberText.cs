namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>
/// Reads a decimal to 28 digits; what is finer is rounded, because TradingView prints the noise of binary fractions
/// (<c>1800.8000000000002</c>) and nobody can round a placeholder. Nothing overflows.
/// </summary>
internal static class NumberText
{
    private const int MostDigits = 28;
    private const int LargestIntegerPart = 15;
    private const int LongestText = 64;

    public enum Verdict { Ok, Empty, Placeholder, NotANumber, Comma, Percent, Malformed, TooLarge }

    /// <summary>Digits with an optional sign, point and exponent, as JSON and TradingView write them (<c>.5</c>, <c>1e-05</c>).</summary>
    public static Verdict Parse(ReadOnlySpan<char> text, out decimal value)
    {
        value = 0;
        text = text.Trim();
        if (text.IsEmpty) return Verdict.Empty;
        if (text.Contains("{{", StringComparison.Ordinal)) return Verdict.Placeholder;
        if (IsMissing(text)) return Verdict.NotANumber;
        if (text.Length > LongestText) return Verdict.Malformed;

        var at = 0;
        var negative = text[0] == '-';
        if (text[0] is '-' or '+') at++;
        UInt128 mantissa = 0;
        int digits = 0, scale = 0, seen = 0;
        bool point = false, full = false;
        for (; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '.' && !point)
            {
                point = true;
                continue;
            }
            if (!char.IsAsciiDigit(letter)) break;
            seen++;
            // Zeros at the end of the fraction say nothing: 1.0000000000000 is 1.
            if (full || (point && letter == '0' && OnlyZeros(text[at..]))) continue;
            if (digits == MostDigits)
            {
                if (!point) return Verdict.TooLarge;
                if (letter >= '5') mantissa++;
                full = true;
                continue;
            }
            if (digits > 0 || letter != '0') digits++;
            mantissa = (mantissa * 10) + (uint)(letter - '0');
            if (point) scale++;
        }
        if (seen == 0) return Verdict.Malformed;
        var exponent = 0;
        if (at < text.Length && text[at] is 'e' or 'E' && !ReadExponent(text[(at + 1)..], out exponent)) return Verdict.Malformed;
        if (at < text.Length && text[at] is not ('e' or 'E'))
            return text[at] == ',' ? Verdict.Comma : text[at..].Trim() is "%" ? Verdict.Percent : Verdict.Malformed;
        return Scaled(mantissa, digits, exponent - scale, negative, out value);
    }

    private static Verdict Scaled(UInt128 mantissa, int digits, int exponent, bool negative, out decimal value)
    {
        value = 0;
        if (mantissa == 0) return Verdict.Ok;
        while (exponent < 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            exponent++;
            digits--;
        }
        if (digits + exponent > LargestIntegerPart) return Verdict.TooLarge;
        for (; exponent < -MostDigits && mantissa > 0; exponent++) mantissa = (mantissa + 5) / 10;
        if (mantissa == 0) return Verdict.Ok;
        for (; exponent > 0; exponent--) mantissa *= 10;
        value = new decimal((int)(uint)mantissa, (int)(uint)(mantissa >> 32), (int)(uint)(mantissa >> 64), negative, (byte)-exponent);
        return Verdict.Ok;
    }

    private static bool ReadExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is '-' or '+') text = text[1..];
        if (text.IsEmpty) return false;
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter)) return false;
            exponent = Math.Min((exponent * 10) + (letter - '0'), 100_000);
        }
        if (negative) exponent = -exponent;
        return true;
    }

    private static bool OnlyZeros(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (letter is 'e' or 'E') return true;
            if (letter != '0') return false;
        }
        return true;
    }

    private static bool IsMissing(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<string> words =
            ["nan", "na", "n/a", "null", "none", "undefined", "infinity", "-infinity", "+infinity", "inf", "-inf", "∞"];
        foreach (var word in words)
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
