using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// Holds back a terminal that reports too often, or again before its last report was answered: of one account one report is read at a time.
/// Per replica; between replicas the lock of the account's row does the latter.
/// </summary>
internal sealed class BeatPace(IOptions<AgentOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<AccountId, Turns> accounts = new();
    private long sweptAt = clock.GetTimestamp();

    /// <returns>The turn, to be disposed when the report is answered; <c>null</c> when it is not the account's turn.</returns>
    public IDisposable? TryBegin(AccountId account)
    {
        Sweep();
        var turns = accounts.GetOrAdd(account, _ => new Turns(options.Value.BeatsPerSecond, clock));
        return turns.TryBegin() ? turns : null;
    }

    // A terminal that has been silent for a minute has all its turns again: nothing is lost with them.
    private void Sweep()
    {
        var last = Interlocked.Read(ref sweptAt);
        var now = clock.GetTimestamp();
        if (clock.GetElapsedTime(last, now) < SweepEvery || Interlocked.CompareExchange(ref sweptAt, now, last) != last) return;
        foreach (var (account, turns) in accounts)
            if (turns.IsSilentFor(SweepEvery)) accounts.TryRemove(account, out _);
    }

    /// <summary>A bucket that fills by the second, and a place for one.</summary>
    private sealed class Turns(int aSecond, TimeProvider clock) : IDisposable
    {
        private readonly Lock gate = new();
        private double left = aSecond;
        private long at = clock.GetTimestamp();
        private bool isTaken;

        public bool TryBegin()
        {
            lock (gate)
            {
                var now = clock.GetTimestamp();
                left = Math.Min(aSecond, left + (clock.GetElapsedTime(at, now).TotalSeconds * aSecond));
                at = now;
                if (isTaken || left < 1) return false;
                left--;
                return isTaken = true;
            }
        }

        public bool IsSilentFor(TimeSpan time)
        {
            lock (gate) return !isTaken && clock.GetElapsedTime(at) > time;
        }

        public void Dispose()
        {
            lock (gate) isTaken = false;
        }
    }
}
