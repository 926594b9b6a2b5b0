using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Alerts.Secrets;

/// <summary>
/// Takes keys and secrets out of what is stored and answered: what was sent as the key, what looks like one, and what stands under a
/// telling name.
/// </summary>
internal static partial class Masking
{
    private const string Hidden = "***";

    // What every telling name has in it: see UnderTellingName.
    private static readonly SearchValues<string> TellingNames = SearchValues.Create(
        ["key", "secret", "pass", "pwd", "pin", "token", "pointer", "signature", "credential"], StringComparison.OrdinalIgnoreCase);

    public static string Payload(ReadOnlySpan<byte> body, IReadOnlyList<string> keys) =>
        // Bytes that are no text become marks, and a NUL, which PostgreSQL cannot hold, does too.
        Text(Encoding.UTF8.GetString(body).Replace('\0', '�'), keys);

    /// <summary>The beginning of a text that fits into so many bytes, its mark of having been cut included.</summary>
    public static string Beginning(string text, int mostBytes)
    {
        const string mark = "…";
        if (text.Length * 3 <= mostBytes || Encoding.UTF8.GetByteCount(text) <= mostBytes) return text;
        var left = mostBytes - Encoding.UTF8.GetByteCount(mark);
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0) break;
            end += rune.Utf16SequenceLength;
        }
        return string.Concat(text.AsSpan(0, end), mark);
    }

    public static string Text(string text, IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
            if (key.Length > 0) text = text.Replace(key, Key(key), StringComparison.Ordinal);
        text = Shapes(text);
        text = LeadingLicence().Replace(text, Hidden);
        // Most texts have no such name, and the expression tries every place of them. Beyond ASCII it takes one letter for another (a
        // Kelvin sign for a k).
        if (Ascii.IsValid(text) && !text.AsSpan().ContainsAny(TellingNames)) return text;
        // In quotes where the name is: JSON stays JSON, also where a text of it says "key: abc".
        return UnderTellingName().Replace(text, static match =>
            match.Groups[1].Value is var name && name.TrimEnd(' ', '\t', '\r', '\n', ':', '=') is [.., '"' or '\'' or '“' or '”']
                ? $"{name}\"{Hidden}\"" : name + Hidden);
    }

    /// <summary>What looks like a key or a token, wherever it stands. JSON stays JSON.</summary>
    public static string Shapes(string text) =>
        // Most texts have neither: a look is cheaper than the expression.
        text.Contains('_', StringComparison.Ordinal) || text.Contains("eyJ", StringComparison.Ordinal)
            ? SecretShape().Replace(text, static match => Key(match.Value)) : text;

    /// <summary>The form in which a key is shown everywhere: six characters at each end, if that leaves enough hidden.</summary>
    public static string Key(string key) => key.Length < 24 ? Hidden : $"{key[..6]}****{key[^6..]}";

    // Keys of ours, Stripe's, and JSON web tokens.
    [GeneratedRegex(
        @"\b[A-Za-z0-9]{1,32}_[0-9a-fA-F]{8}_[A-Za-z0-9]{16,}\b|\b(?:sk|rk|pk|tfp|tfk)_[A-Za-z0-9_]{12,}\b|\bwhsec_[A-Za-z0-9+/_=-]{12,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
        RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SecretShape();

    // The name may be written in single quotes or none where the JSON is broken, and may have words before it: api_secret, webhookKey,
    // access-token.
    [GeneratedRegex(
        """((?<![A-Za-z0-9_-])["'“”]?[A-Za-z0-9_-]{0,32}?(?:key|secret|pass(?:word|phrase|code|key)?|pwd|pin|token|pointer|signature|credentials?)["'“”]?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|“[^”]*”?|[^\s,;&}\]"']+)""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UnderTellingName();

    // Where a message begins with the licence of its sender: 6012345678,buy,EURUSD,risk=1.
    [GeneratedRegex(@"^\s*[A-Za-z0-9-]{6,}(?=\s*,\s*(?:buy|sell|long|short|close|cancel|exit|newsl|newtp)\w*\s*(?:,|$))",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex LeadingLicence();
}
