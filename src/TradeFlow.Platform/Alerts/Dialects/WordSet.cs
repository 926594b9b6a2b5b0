namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>Words of a dialect and their meaning, and the mend for words that people write instead. Case does not matter.</summary>
internal sealed class WordSet<T>((string Word, T Value)[] words, (string Word, string Mend)[]? mends = null) where T : struct
{
    public IReadOnlyList<string> Words { get; } = [.. words.Select(word => word.Word)];

    public string List { get; } = string.Join(", ", words.Select(word => word.Word));

    public T? Find(string text)
    {
        foreach (var (word, value) in words)
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
        return null;
    }

    public string MendOf(string text)
    {
        foreach (var (word, mend) in mends ?? [])
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return mend;
        return $"Use one of: {List}.";
    }
}
