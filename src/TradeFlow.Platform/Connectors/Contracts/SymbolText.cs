using System.Globalization;
using System.Text;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// What a text must be to be looked up as a symbol: short, and nothing in it that nobody sees. Whether it is one, the account's own list
/// says.
/// </summary>
public static class SymbolText
{
    public const int Longest = 64;

    /// <returns>A sentence that tells the mend; <c>null</c> for a text that may be a symbol.</returns>
    public static string? FaultOf(string text)
    {
        if (text.Length > Longest) return $"A symbol has at most {Longest} letters.";
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnseen(rune)) return $"It has an invisible letter {(at == 0 ? "at its beginning" : $"behind \"{text[..at]}\"")}: {NameOf(rune)}. Type the symbol anew.";
            at += rune.Utf16SequenceLength;
        }
        return text.Any(char.IsLetterOrDigit) ? null : "A symbol has letters or digits, such as EURUSD or BINANCE:BTCUSD.";
    }

    /// <summary>Letters that look like Latin ones and are others, by their code points; <c>null</c> when there are none.</summary>
    public static string? StrangeLettersOf(string text)
    {
        var strange = text.EnumerateRunes().Where(rune => !rune.IsAscii).Distinct().Take(3)
            .Select(rune => $"{rune} (U+{rune.Value:X4})").ToList();
        return strange.Count == 0 ? null : $"{string.Join(", ", strange)} {(strange.Count == 1 ? "is no letter" : "are no letters")} of the Latin alphabet: type the symbol anew.";
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        _ => rune == Rune.ReplacementChar,
    };

    private static string NameOf(Rune rune)
    {
        var name = rune.Value switch
        {
            0x00 => "NUL",
            0x09 => "tab",
            0x0A or 0x0D => "line break",
            0xA0 => "no-break space",
            0xAD => "soft hyphen",
            0x200B => "zero-width space",
            0x200C or 0x200D => "zero-width joiner",
            0x200E or 0x200F or (>= 0x202A and <= 0x202E) => "mark of a writing direction",
            0x2060 => "word joiner",
            0xFEFF => "byte order mark",
            0xFFFD => "broken letter",
            _ => null,
        };
        return name is null ? $"U+{rune.Value:X4}" : $"U+{rune.Value:X4} ({name})";
    }
}
