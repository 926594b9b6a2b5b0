using System.ComponentModel.DataAnnotations;
using TradeFlow.Platform.Trading.Contracts;

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

    /// <summary>How long the database is asked on top of it whether the record is there after all, where that is not known.</summary>
    [Range(0.05, 30)]
    public double AskSeconds { get; set; } = 0.5;

    /// <summary>
    /// How long, from its arrival on, a signal waits for what becomes of its order before the answer is 202. TradingView gives up after 3
    /// s.
    /// </summary>
    [Range(0.1, 30)]
    public double AnswerSeconds { get; set; } = OrderAnswers.SignalPatience.TotalSeconds;

    /// <summary>How long an entry may wait for its turn. Older ones expire, unsent.</summary>
    [Range(1, 3600)]
    public int ValidForSeconds { get; set; } = 30;
}
