using System.Text;
using System.Text.RegularExpressions;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>Takes keys and secrets out of what is stored and answered: what was sent as the key, what looks like one, and what stands under a telling name.</summary>
internal static partial class Masking
{
    private const string Hidden = "***";

    public static string Payload(ReadOnlySpan<byte> body, IReadOnlyList<string> keys, int longest)
    {
        // Bytes that are no text become marks, and a NUL, which PostgreSQL cannot hold, does too.
        var text = Encoding.UTF8.GetString(body).Replace('\0', '�');
        text = Text(text, keys);
        return text.Length <= longest ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "…");
    }

    public static string Text(string text, IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
            if (key.Length > 0) text = text.Replace(key, Key(key), StringComparison.Ordinal);
        // Most texts have neither: a look is cheaper than four expressions.
        if (text.Contains('_', StringComparison.Ordinal) || text.Contains("eyJ", StringComparison.Ordinal)) text = SecretShape().Replace(text, static match => Key(match.Value));
        return UnderTellingName().Replace(text, "$1\"" + Hidden + "\"");
    }

    /// <summary>The form in which a key is shown everywhere: six characters at each end, if that leaves enough hidden.</summary>
    public static string Key(string key) => key.Length < 24 ? Hidden : $"{key[..6]}****{key[^6..]}";

    // Keys of ours, Stripe's, and JSON web tokens.
    [GeneratedRegex(@"\b[A-Za-z0-9]{1,32}_[0-9a-fA-F]{8}_[A-Za-z0-9]{16,}\b|\b(?:sk|rk|pk|whsec|tfp|tfk)_[A-Za-z0-9_]{12,}\b|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SecretShape();

    // The name may be written in single quotes or none where the JSON is broken.
    [GeneratedRegex("""((?<![A-Za-z0-9])["'“”]?(?:key|api_?key|secret|pass(?:word|phrase)?|token)["'“”]?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|“[^”]*”?|[^\s,}\]"']+)""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UnderTellingName();
}
