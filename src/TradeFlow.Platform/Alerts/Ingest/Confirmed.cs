using System.Collections.Concurrent;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Ingest;

/// <summary>
/// Signals of accounts with (nearly) no time for repeats that this process has recorded and is answering, or has just answered: the row of
/// the log says so only a moment later. With it two equal signals of one moment are two, while one that is sent again because nobody
/// answered is not.
/// </summary>
internal sealed class Confirmed(TimeProvider clock)
{
    // Longer than any answer takes, and its row after it.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<WebhookId, DateTimeOffset> known = new();
    private readonly ConcurrentQueue<(WebhookId Webhook, DateTimeOffset At)> order = new();

    public void Add(Signal signal)
    {
        // With more time than that the log knows before it matters.
        if (signal.DedupeFor >= LongestAnswer) return;
        var now = clock.GetUtcNow();
        known[signal.Webhook] = now;
        order.Enqueue((signal.Webhook, now));
        while (order.TryPeek(out var oldest) && now - oldest.At > Remembered && order.TryDequeue(out oldest))
            known.TryRemove(oldest.Webhook, out _);
    }

    /// <summary>Nobody was there to be answered, or the answer was that it is not recorded: it is sent again.</summary>
    public void Remove(WebhookId webhook) => known.TryRemove(webhook, out _);

    public bool Has(WebhookId webhook) => known.ContainsKey(webhook);
}
