using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Insights.Equity;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Insights.Trips;

/// <summary>
/// Follows what was filled behind the money path: nobody who trades waits for it, and what it misses while it is away it finds afterwards.
/// </summary>
internal sealed partial class TripKeeper(
    TripStore trips, EquityStore equity, OrderNews news, TimeProvider clock, Supervisor supervisor, ILogger<TripKeeper> log)
        : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAtDays = TimeSpan.FromSeconds(10);

    // A look goes over all accounts: what is filled within this time shares it.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private const int InOneCommit = 32;
    private readonly Wake filled = new();

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("trades", KeepAsync), ("equity", DailyAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        news.Told += Hear;
        try
        {
            HashSet<Guid> broken = [];
            while (true)
            {
                var behind = await trips.BehindAsync(ct);
                foreach (var some in behind.Where(account => !broken.Contains(account)).Chunk(InOneCommit))
                    broken.UnionWith(await FollowAsync(some, ct));
                await equity.AfterTradesAsync(ct);
                await Task.Delay(BetweenLooks, clock, ct);
                await filled.WaitAsync(Look, ct);
            }
        }
        finally
        {
            news.Told -= Hear;
        }
    }

    private void Hear(OrderView order) => filled.Ring();

    private async Task DailyAsync(CancellationToken ct)
    {
        while (true)
        {
            await equity.DailyAsync(ct);
            await Task.Delay(LookAtDays, clock, ct);
        }
    }

    /// <summary>What a broker told is larger than what can be reckoned with.</summary>
    internal static bool IsNoNumber(Exception e) =>
        e is ArithmeticException or PostgresException { SqlState: PostgresErrorCodes.NumericValueOutOfRange };

    /// <returns>Those whose broker told what is no number that can be reckoned with: the others go on without them.</returns>
    private async Task<IReadOnlyList<Guid>> FollowAsync(Guid[] accounts, CancellationToken ct)
    {
        try
        {
            await trips.FollowAsync(accounts, ct);
            return [];
        }
        catch (Exception e) when (IsNoNumber(e))
        {
            if (accounts is [var account])
            {
                LogBroken(e, account);
                return accounts;
            }
        }
        List<Guid> broken = [];
        foreach (var account in accounts) broken.AddRange(await FollowAsync([account], ct));
        return broken;
    }

    public override void Dispose()
    {
        filled.Dispose();
        base.Dispose();
    }

    [LoggerMessage(6101, LogLevel.Error, "The trades of account {Account} cannot be reckoned: a number is out of range")]
    private partial void LogBroken(Exception e, Guid account);
}
