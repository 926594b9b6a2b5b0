using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Insights.Equity;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Insights.Trips;

/// <summary>
/// Follows what was filled behind the money path: nobody who trades waits for it, and what it misses while it is away it finds afterwards.
/// </summary>
internal sealed partial class TripKeeper(
    TripStore trips, EquityStore equity, RedisBus bus, TimeProvider clock, Supervisor supervisor, ILogger<TripKeeper> log)
        : SupervisedService(supervisor)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAtDays = TimeSpan.FromSeconds(10);
    private readonly Wake filled = new();

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("trades", KeepAsync), ("equity", DailyAsync)];

    private async Task KeepAsync(CancellationToken ct)
    {
        using var answered = bus.Subscribe(Topics.OrderAnswered, _ => filled.Ring());
        HashSet<Guid> broken = [];
        while (true)
        {
            foreach (var account in await trips.BehindAsync(ct))
                if (!broken.Contains(account) && !await FollowAsync(account, ct)) broken.Add(account);
            await equity.AfterTradesAsync(ct);
            await filled.WaitAsync(Look, ct);
        }
    }

    private async Task DailyAsync(CancellationToken ct)
    {
        while (true)
        {
            await equity.DailyAsync(ct);
            await Task.Delay(LookAtDays, clock, ct);
        }
    }

    /// <returns>False when what the account's broker told is no number that can be reckoned with: others go on without it.</returns>
    private async Task<bool> FollowAsync(Guid account, CancellationToken ct)
    {
        try
        {
            await trips.FollowAsync(account, ct);
            return true;
        }
        catch (Exception e) when (e is ArithmeticException or PostgresException { SqlState: PostgresErrorCodes.NumericValueOutOfRange })
        {
            LogBroken(e, account);
            return false;
        }
    }

    public override void Dispose()
    {
        filled.Dispose();
        base.Dispose();
    }

    [LoggerMessage(6101, LogLevel.Error, "The trades of account {Account} cannot be reckoned: a number is out of range")]
    private partial void LogBroken(Exception e, Guid account);
}
