using System.Collections.Concurrent;

namespace TradeFlow.Simulators.Shared;

/// <summary>What arrived and what was answered, per operation. A call counts when its head has been read, whatever becomes of it.</summary>
public sealed class CallBook
{
    private readonly ConcurrentDictionary<(string Operation, string Account), Counter> counters = [];

    public void Arrived(string operation, string? account) => Interlocked.Increment(ref Of(operation, account).Received);

    public void Answered(string operation, string? account, int status)
    {
        var counter = Of(operation, account);
        Interlocked.Increment(ref counter.Answered);
        counter.Statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
    }

    public void Reset() => counters.Clear();

    public object Report(string? account)
    {
        var chosen = counters.Where(pair => account is null || pair.Key.Account == account).ToArray();
        return chosen.GroupBy(pair => pair.Key.Operation).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new
        {
            received = group.Sum(pair => pair.Value.Received),
            answered = group.Sum(pair => pair.Value.Answered),
            statuses = group.SelectMany(pair => pair.Value.Statuses).GroupBy(pair => pair.Key).ToDictionary(status => $"{status.Key}", status => status.Sum(pair => pair.Value)),
        });
    }

    private Counter Of(string operation, string? account) => counters.GetOrAdd((operation, account ?? ""), _ => new Counter());

    private sealed class Counter
    {
        public int Received;
        public int Answered;
        public ConcurrentDictionary<int, int> Statuses { get; } = [];
    }
}
