using TradeFlow.Platform.Alerts.Secrets;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>
/// What a body says, as far as it could be read. <see cref="Keys"/> are there even when it has faults: who asks is settled first.
/// </summary>
internal sealed class AlertReading
{
    private const int MostFaults = 32;
    private const int MostWords = 4;
    private const int ShortestSecret = 6;
    private Dictionary<string, string[]>? errors;

    /// <summary>Every key that the body names. Two that differ are nobody's.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>What the body holds of another tool's secrets, a licence or a key: it is masked wherever the body is kept.</summary>
    public List<string> Secrets { get; } = [];

    /// <summary>The name of the dialect that read it.</summary>
    public string? Dialect { get; set; }

    /// <summary>The sender's own id of the signal.</summary>
    public string? Id { get; set; }

    /// <summary>When the alert fired, by the sender's word.</summary>
    public DateTimeOffset? Time { get; set; }

    /// <summary>The broker that the body names.</summary>
    public string? Broker { get; set; }

    /// <summary>
    /// Only without faults. As far as it stands in the message: <see cref="AccountDefaults"/> adds what it leaves to the account.
    /// </summary>
    public TradeIntent? Intent { get; set; }

    /// <summary>What the message leaves to the settings of the account.</summary>
    public AccountGaps? Gaps { get; set; }

    /// <summary>The fields of the message by the names that the checks give them (<c>intent.qty</c>), where the two differ.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; set; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string[]>? Errors => errors;

    public bool IsSound => errors is null && Intent is not null;

    /// <summary>
    /// A key that stands in a message of another tool: it is a key of ours where it has the shape of one. The tool's own opens nothing
    /// here.
    /// </summary>
    public void NameKey(string text)
    {
        text = text.Trim();
        if (Masking.Shapes(text) != text) Keys.Add(text);
        else NameSecret(text);
    }

    public void NameSecret(string text)
    {
        // What is shorter is no secret, and would take words out of the message.
        if (text.Length >= ShortestSecret) Secrets.Add(text);
    }

    /// <summary>Faults of a check by the fields of the message as it was sent.</summary>
    public IReadOnlyDictionary<string, string[]> AsSent(IReadOnlyDictionary<string, string[]> found)
    {
        if (Fields.Count == 0) return found;
        var sent = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (field, words) in found)
        {
            var name = AsSent(field);
            sent[name] = sent.TryGetValue(name, out var before) ? [.. before, .. words] : words;
        }
        return sent;
    }

    /// <summary>The field of the message that a check means.</summary>
    public string AsSent(string field)
    {
        for (var path = field; ; path = path[..path.LastIndexOf('.')])
        {
            if (Fields.TryGetValue(path, out var name)) return name;
            if (!path.Contains('.', StringComparison.Ordinal)) return field;
        }
    }

    /// <param name="field">The path of the body as sent: <c>intent.sl.value</c>; <c>body</c> when it cannot be read at all.</param>
    /// <param name="words">A sentence that tells the mend.</param>
    public void Fault(string field, string words)
    {
        errors ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (errors.TryGetValue(field, out var before))
        {
            // A field that stands a thousand times is told of a few times.
            if (before.Length < MostWords && !before.Contains(words, StringComparer.Ordinal)) errors[field] = [.. before, words];
        }
        else if (errors.Count < MostFaults) errors[field] = [words];
    }
}
