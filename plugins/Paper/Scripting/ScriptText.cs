using System.Globalization;

namespace TradeFlow.Plugins.Paper.Scripting;

/// <summary>Reads a script as it was typed. What is not understood is named with the step it stands in and the way to mend it.</summary>
internal static class ScriptText
{
    public const int MaxLength = 2000;
    private const int MaxSteps = 100;
    private const int MaxWords = 200;
    private const int MaxQuoted = 40;
    private const string Repeat = "repeat";
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(60);

    /// <returns>The script, or what is wrong with it.</returns>
    public static (FillScript? Script, string? Problem) Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return (FillScript.None, null);
        if (text.Length > MaxLength) return (null, $"A script has at most {MaxLength} characters.");
        var parts = Split(text);
        if (parts.Count > MaxSteps) return (null, $"A script has at most {MaxSteps} steps; 'repeat' at its end starts over.");
        var repeats = parts[^1] == Repeat;
        if (repeats) parts.RemoveAt(parts.Count - 1);
        if (parts.Count == 0) return (null, "Step 1 'repeat': there is nothing before it to repeat. Put a step in front of it.");
        List<ScriptStep> steps = [];
        foreach (var part in parts)
        {
            var (step, fault) = ReadStep(part);
            if (step is null)
                return (null, part.Length == 0 ? $"Step {steps.Count + 1} {fault}" : $"Step {steps.Count + 1} '{Short(part)}': {fault}");
            steps.Add(step);
        }
        return (new FillScript(text.Trim(), steps, repeats), null);
    }

    // A semicolon inside words belongs to the words.
    private static List<string> Split(string text)
    {
        List<string> parts = [];
        var (start, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            if (text[i] != ';' || quoted) continue;
            parts.Add(text[start..i].Trim());
            start = i + 1;
        }
        parts.Add(text[start..].Trim());
        return parts;
    }

    private static (ScriptStep? Step, string? Fault) ReadStep(string part)
    {
        var space = part.IndexOfAny([' ', '\t', '"']);
        var (word, rest) = space < 0 ? (part, "") : (part[..space], part[space..].Trim());
        return (word, rest) switch
        {
            ("", "") => (null, "is empty: take the ';' away or put a word there."),
            ("fill", _) => Fill(rest),
            ("reject", _) => Reject(rest),
            ("delay", _) => Delay(rest),
            ("pass", "") => (new ScriptStep.Pass(), null),
            ("lose", "") => (new ScriptStep.Lose(), null),
            ("drop", "") => (new ScriptStep.Drop(), null),
            ("pass" or "lose" or "drop", _) => (null, $"'{word}' stands alone. Separate steps with ';'."),
            (Repeat, _) => (null, "'repeat' stands alone, as the last step."),
            _ => (null, "there is no such word. Use fill, reject, delay, lose, drop, pass or, at the end, repeat, in small letters."),
        };
    }

    private static (ScriptStep?, string?) Fill(string rest) =>
        decimal.TryParse(rest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0m and < 1m
            ? (new ScriptStep.Fill(share), null)
            : (null, "give a share above 0 and below 1 with a point, such as fill 0.5. For all of it, use pass.");

    private static (ScriptStep?, string?) Reject(string rest)
    {
        if (rest.Length < 2 || rest[0] != '"' || rest[^1] != '"' || rest[1..^1].Contains('"', StringComparison.Ordinal))
            return (null, "put the words between straight double quotes, such as reject \"Not enough margin\".");
        var words = rest[1..^1].Trim();
        return words.Length is 0 or > MaxWords || words.Any(char.IsControl)
            ? (null, $"give 1 to {MaxWords} characters on one line.")
            : (new ScriptStep.Reject(words), null);
    }

    private static (ScriptStep?, string?) Delay(string rest)
    {
        var (digits, unit) = rest.EndsWith("ms", StringComparison.Ordinal) ? (rest[..^2], 1) : rest.EndsWith('s')
            ? (rest[..^1], 1000) : ("", 0);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            && TimeSpan.FromMilliseconds((long)count * unit) is var pause && pause <= MaxDelay
            ? (new ScriptStep.Delay(pause), null)
            : (null, $"give a whole number of ms or s, at most {MaxDelay.TotalSeconds:0}s, such as delay 1500ms.");
    }

    private static string Short(string part) => part.Length <= MaxQuoted ? part : part[..MaxQuoted] + "…";
}
