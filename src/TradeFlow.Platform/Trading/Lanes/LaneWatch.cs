using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// Keeps the loops of the lanes going. Which of them stall is told to health (<see cref="Stalled"/>) and, once, to the people of the
/// account; that the account is served again is told too.
/// </summary>
internal sealed class LaneWatch(WorkerAccounts accounts, Notifications notices, TimeProvider clock, ILogger<LaneWatch> log) : IDisposable
{
    private readonly ConcurrentDictionary<SupervisedLoop, byte> loops = new();
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<AccountId, HashSet<string>> told = [];

    /// <summary>The loops that fail again and again now, each with its account.</summary>
    public IReadOnlyList<string> Stalled =>
        [.. loops.Keys.Where(loop => loop.IsStalled).Select(loop => $"{loop.Name} {loop.Subject}".TrimEnd()).Order(StringComparer.Ordinal)];

    /// <summary>A loop of one lane.</summary>
    public async Task RunAsync(Lane lane, string name, Func<Lane, CancellationToken, Task> loop, CancellationToken ct)
    {
        var supervised = new SupervisedLoop(name, clock, log)
        {
            Subject = $"of account {lane.AccountId}",
            Stalled = token => TellStalledAsync(lane, name, token),
            Recovered = token => TellServedAsync(lane, name, token),
        };
        await RunAsync(supervised, token => CountedAsync(name, lane, loop, token), ct);
        // Whoever holds the lane next begins anew.
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            Forget(lane.AccountId, name);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RunAsync(SupervisedLoop supervised, Func<CancellationToken, Task> loop, CancellationToken ct)
    {
        loops[supervised] = 0;
        try
        {
            await supervised.RunAsync(loop, ct);
        }
        finally
        {
            loops.TryRemove(supervised, out _);
        }
    }

    private static async Task CountedAsync(string name, Lane lane, Func<Lane, CancellationToken, Task> loop, CancellationToken ct)
    {
        var kind = "returned";
        try
        {
            await loop(lane, ct);
        }
        catch (Exception e)
        {
            kind = e.GetType().Name;
            throw;
        }
        finally
        {
            if (!ct.IsCancellationRequested) Measures.LaneFaults.Add(1, new("loop", name), new("exception", kind));
        }
    }

    // One notice an account, however many of its loops stall.
    private async Task TellStalledAsync(Lane lane, string name, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (!told.ContainsKey(lane.AccountId))
            {
                await AddAsync(lane, Notifications.Critical, "account.stalled", account =>
                    $"Your account {account} is not served properly: a part of TradeFlow fails again and again there and is started anew " +
                    "each time. Signals and exits may come late or not at all. Look at the account at your broker; you are told when it " +
                    "is served again.", ct);
            }
            if (!told.TryGetValue(lane.AccountId, out var names))
                told[lane.AccountId] = names = new HashSet<string>(StringComparer.Ordinal);
            names.Add(name);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task TellServedAsync(Lane lane, string name, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (told.TryGetValue(lane.AccountId, out var names) && names is { Count: 1 } && names.Contains(name))
                await AddAsync(lane, Notifications.Info, "account.recovered", account => $"Your account {account} is served again.", ct);
            Forget(lane.AccountId, name);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task AddAsync(Lane lane, string severity, string kind, Func<string, string> words, CancellationToken ct)
    {
        // An account that is gone has nobody to tell.
        if (await accounts.FindAsync(lane.AccountId, ct) is not { } served) return;
        await notices.AddAsync(lane.Tenant, severity, kind, words($"{served.Name} ({served.Account.Broker})"),
            $$"""{"account_id":"{{lane.AccountId}}"}""", ct);
    }

    private void Forget(AccountId account, string name)
    {
        if (told.TryGetValue(account, out var names) && names.Remove(name) && names.Count == 0) told.Remove(account);
    }

    public void Dispose() => gate.Dispose();
}
