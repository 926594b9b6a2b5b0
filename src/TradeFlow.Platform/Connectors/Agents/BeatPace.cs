using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>Holds back a terminal that reports in a loop without a pause. Per replica: it is a guard, not a promise.</summary>
internal sealed class BeatPace(IOptions<AgentOptions> options, TimeProvider clock)
{
    private const int MostAccounts = 100_000;
    private readonly ConcurrentDictionary<AccountId, (long Second, int Count)> seconds = new();

    public bool Take(AccountId account)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        if (seconds.Count > MostAccounts) seconds.Clear();
        var now = seconds.AddOrUpdate(account, _ => (second, 1), (_, before) => before.Second == second ? (second, before.Count + 1) : (second, 1));
        return now.Count <= options.Value.BeatsPerSecond;
    }
}
