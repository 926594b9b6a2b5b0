using System.Collections.Concurrent;

namespace TradeFlow.Simulators.Shared;

/// <summary>What arrived and what was answered, per operation. A call counts when its head has been read, whatever becomes of it.</summary>
public sealed class CallBook
{
    private readonly ConcurrentDictionary<(string Operation, string Account, string User), Counter> counters = [];

    public void Arrived(string operation, ICaller? caller) => Interlocked.Increment(ref Of(operation, caller).Received);

    public void Answered(string operation, ICaller? caller, int status)
    {
        var counter = Of(operation, caller);
        Interlocked.Increment(ref counter.Answered);
        counter.Statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
    }

    public void Reset() => counters.Clear();

    public object Report(string? account, string? user)
    {
        var chosen = counters.Where(pair => (account is null || pair.Key.Account == account)
            && (user is null || string.Equals(pair.Key.User, user, StringComparison.OrdinalIgnoreCase))).ToArray();
        return chosen.GroupBy(pair => pair.Key.Operation).OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new
            {
                received = group.Sum(pair => pair.Value.Received),
                answered = group.Sum(pair => pair.Value.Answered),
                statuses = group.SelectMany(pair => pair.Value.Statuses).GroupBy(pair => pair.Key)
                    .ToDictionary(status => $"{status.Key}", status => status.Sum(pair => pair.Value)),
            });
    }

    private Counter Of(string operation, ICaller? caller) =>
        counters.GetOrAdd((operation, caller?.AccountKey ?? "", caller?.UserKey ?? ""), _ => new Counter());

    private sealed class Counter
    {
        public int Received;
        public int Answered;
        public ConcurrentDictionary<int, int> Statuses { get; } = [];
    }
}
