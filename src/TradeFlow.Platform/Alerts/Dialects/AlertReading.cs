using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>What a body says, as far as it could be read. <see cref="Keys"/> are there even when it has faults: who asks is settled first.</summary>
internal sealed class AlertReading
{
    private const int MostFaults = 32;
    private const int MostWords = 4;
    private Dictionary<string, string[]>? errors;

    /// <summary>Every key that the body names. Two that differ are nobody's.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>The sender's own id of the signal.</summary>
    public string? Id { get; set; }

    /// <summary>When the alert fired, by the sender's word.</summary>
    public DateTimeOffset? Time { get; set; }

    /// <summary>The broker that the body names.</summary>
    public string? Broker { get; set; }

    /// <summary>Only without faults.</summary>
    public TradeIntent? Intent { get; set; }

    public IReadOnlyDictionary<string, string[]>? Errors => errors;

    public bool IsSound => errors is null && Intent is not null;

    /// <param name="field">The path of the body as sent: <c>intent.sl.value</c>; <c>body</c> when it cannot be read at all.</param>
    /// <param name="words">A sentence that tells the mend.</param>
    public void Fault(string field, string words)
    {
        errors ??= new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (errors.TryGetValue(field, out var before))
        {
            // A field that stands a thousand times is told of a few times.
            if (before.Length < MostWords) errors[field] = [.. before, words];
        }
        else if (errors.Count < MostFaults) errors[field] = [words];
    }
}
