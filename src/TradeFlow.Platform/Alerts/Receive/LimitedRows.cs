using System.Collections.Concurrent;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// Requests over the rate leave one row a second for each account. The first of a second writes it, the others are counted in it: a sender
/// that is told to wait cannot fill the log.
/// </summary>
internal sealed class LimitedRows(WebhookLog log, TimeProvider clock, Supervisor supervisor) : SupervisedService(supervisor)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<AccountId, Second> seconds = new();

    /// <returns>True when the request is counted in the row of this second, <paramref name="row"/> when it is known; false when it has to
    /// <see cref="Begin"/> one.</returns>
    public bool TryCount(AccountId account, out WebhookId? row)
    {
        while (true)
        {
            var second = seconds.GetOrAdd(account, static _ => new Second());
            lock (second)
            {
                if (second.IsOver) continue;
                row = second.Entry is { } entry ? new WebhookId(entry.Id) : null;
                if (second.Since is { } since)
                {
                    if (clock.GetElapsedTime(since) < Period)
                    {
                        second.More++;
                        return true;
                    }
                    Write(second);
                }
                (second.Since, second.Entry, second.More) = (clock.GetTimestamp(), null, 0);
                return false;
            }
        }
    }

    public void Begin(LogEntry entry)
    {
        log.Add(entry);
        if (!seconds.TryGetValue(new AccountId(entry.Account), out var second)) return;
        lock (second) second.Entry ??= entry;
    }

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("rows over the rate", KeepWritingAsync)];

    /// <summary>What was counted is told before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        WriteAll(_ => true);
    }

    private async Task KeepWritingAsync(CancellationToken stopping)
    {
        while (true)
        {
            WriteAll(second => clock.GetElapsedTime(second.Since ?? 0) >= Period);
            await Task.Delay(Period, clock, stopping);
        }
    }

    private void WriteAll(Func<Second, bool> isDue)
    {
        foreach (var (account, second) in seconds)
        {
            lock (second)
            {
                if (!isDue(second)) continue;
                second.IsOver = true;
                Write(second);
            }
            seconds.TryRemove(account, out _);
        }
    }

    private void Write(Second second)
    {
        if (second is { Entry: { } entry, More: > 0 and var more }) log.Add(entry with { More = more });
    }

    /// <summary>One second of an account, under its lock.</summary>
    private sealed class Second
    {
        public long? Since { get; set; }
        public LogEntry? Entry { get; set; }
        public int More { get; set; }
        public bool IsOver { get; set; }
    }
}
