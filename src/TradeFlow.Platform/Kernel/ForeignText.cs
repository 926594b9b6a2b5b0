using System.Text;

namespace TradeFlow.Platform.Kernel;

/// <summary>Text of foreign code on its way into a row, a log or onto a screen.</summary>
public static class ForeignText
{
    /// <summary>
    /// True without control characters and halves of surrogate pairs: PostgreSQL refuses a NUL, and UTF-8 an unpaired half.
    /// </summary>
    public static bool IsPlain(string text) => FirstOdd(text, 0, linesToo: false) < 0;

    /// <summary>The same for words, which may have line breaks and tabs.</summary>
    public static bool AreWords(string text) => FirstOdd(text, 0, linesToo: true) < 0;

    /// <summary>The text with a space for whatever is not plain, trimmed, and cut where it is too long.</summary>
    public static string Clean(string? text, int longest)
    {
        if (text is null) return "";
        // No more than is kept is looked at: the text may be as long as its author likes.
        if (text.Length > longest) text = text[..longest];
        if (FirstOdd(text, 0, linesToo: false) is var odd && odd < 0) return text.Trim();
        var clean = new StringBuilder(text);
        for (; odd >= 0; odd = FirstOdd(text, odd + 1, linesToo: false)) clean[odd] = ' ';
        return clean.ToString().Trim();
    }

    private static int FirstOdd(string text, int from, bool linesToo)
    {
        for (var at = from; at < text.Length; at++)
        {
            var letter = text[at];
            if (char.IsControl(letter) && !(linesToo && letter is '\r' or '\n' or '\t')) return at;
            if (!char.IsSurrogate(letter)) continue;
            if (!char.IsHighSurrogate(letter) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1])) return at;
            at++;
        }
        return -1;
    }
}
