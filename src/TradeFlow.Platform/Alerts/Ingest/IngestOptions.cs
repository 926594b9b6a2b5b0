using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Alerts.Ingest;

internal sealed class IngestOptions
{
    /// <summary>Signals that wait to be recorded, for each writer; more are turned away at once.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; set; } = 4096;

    [Range(1, 16)]
    public int Writers { get; set; } = 2;

    [Range(1, 4096)]
    public int LargestBatch { get; set; } = 256;

    /// <summary>How long a sender waits for the record before 503: it gives up by itself after 3 s.</summary>
    [Range(0.1, 3)]
    public double RecordSeconds { get; set; } = 2;

    /// <summary>How long an entry may wait for its turn. Older ones expire, unsent.</summary>
    [Range(1, 3600)]
    public int ValidForSeconds { get; set; } = 30;
}
