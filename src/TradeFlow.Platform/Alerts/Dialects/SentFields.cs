using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>How a value was written. Whole: an object whose members are fields of their own.</summary>
internal enum SentKind { Text, Number, Whole, Other }

/// <summary>
/// The fields of a message by name, each read when it is asked for. A name that stands twice in whatever case is a fault.
/// </summary>
/// <param name="known">The names that are read; <c>null</c>: others are left alone.</param>
internal sealed class SentFields(AlertReading alert, string[]? known = null)
{
    private readonly List<(string Name, string Words)> others = [];
    private readonly Dictionary<string, (string? Text, SentKind Kind)> fields = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => fields.Keys;

    public void Add(string name, string? text, SentKind kind)
    {
        if (text is not null && name.Equals("key", StringComparison.OrdinalIgnoreCase)) alert.NameKey(text);
        if (text is not null && name.Equals("secret", StringComparison.OrdinalIgnoreCase)) alert.NameSecret(text);
        if (!fields.TryAdd(name, (text, kind))) alert.Fault(ShownName.Of(name), "It stands twice: leave one.");
    }

    /// <summary>Takes in <c>name=value</c>.</summary>
    public void AddPair(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        var name = (at < 0 ? pair : pair[..at]).Trim();
        if (at < 0) others.Add((ShownName.Of(name), "Write name=value; one message has one command and one symbol."));
        else if (known?.Contains(name, StringComparer.OrdinalIgnoreCase) == false)
            others.Add((ShownName.Of(name), $"It is not read here: use {string.Join(", ", known)}."));
        else Add(name.ToLowerInvariant(), pair[(at + 1)..].Trim(), SentKind.Text);
    }

    /// <summary>
    /// What is not read would be lost in silence: a stop that trails, a filter that holds an order back. An exit needs none of that, and
    /// must not fail for it.
    /// </summary>
    public void RefuseOthers()
    {
        foreach (var (name, words) in others) alert.Fault(name, words);
    }

    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>As it was written; <c>null</c> when it is not there or no text.</summary>
    public string? Raw(string name) => fields.TryGetValue(name, out var field) ? field.Text : null;

    public string? Text(string name, int longest = 200) => Scalar(name, out var text) ? FieldText.Text(text, alert, name, longest) : null;

    public T? Word<T>(string name, WordSet<T> words) where T : struct =>
        Scalar(name, out var text) ? FieldText.Word(text, alert, name, words) : null;

    public string? Symbol(string name) => Scalar(name, out var text) ? FieldText.Symbol(text, alert, name) : null;

    public DateTimeOffset? Time(string name) => Scalar(name, out var text) ? FieldText.Time(text, alert, name) : null;

    public decimal? Price(string name) => Positive(name, FieldText.LargestPrice);

    /// <summary>Of an exit, which must not fail for a price that it can do without.</summary>
    public decimal? PriceIfReadable(string name) =>
        Raw(name) is { } text
        && FieldText.Number(text, FieldText.LargestPrice) is { Words: null, IsPercent: false, Value: > 0 and var price } ? price : null;

    public decimal? Positive(string name, decimal most)
    {
        if (Number(name, most) is not { } value) return null;
        if (value > 0) return value;
        alert.Fault(name, "It must be above zero: leave it out for none.");
        return null;
    }

    /// <summary>Zero or more.</summary>
    public decimal? Number(string name, decimal most)
    {
        if (!Scalar(name, out var text)) return null;
        var number = FieldText.Number(text, most);
        if (number is { Words: null, IsPercent: false }) return number.Value;
        alert.Fault(name, number.Words ?? "Write the number alone, without a percent sign.");
        return null;
    }

    private bool Scalar(string name, out string? text)
    {
        text = null;
        if (!fields.TryGetValue(name, out var field)) return false;
        text = field.Text;
        if (field.Kind is SentKind.Text or SentKind.Number) return true;
        alert.Fault(name,
            field.Kind == SentKind.Whole ? "It must be a text or a number, not an object." : "It must be a text or a number.");
        return false;
    }
}
