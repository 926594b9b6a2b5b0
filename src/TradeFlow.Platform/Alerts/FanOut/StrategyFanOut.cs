using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Ingest;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Strategies.Keys;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.FanOut;

/// <summary>
/// One signal of a strategy for all accounts that follow it: each is checked by its own size, rules and plan, and those that pass are
/// recorded in one transaction. From there on each goes its own way.
/// </summary>
internal sealed partial class StrategyFanOut(
    StrategyDirectory strategies, AccountDirectory accounts, DialectList dialects, SignalPath path, SignalRecord record,
    TradingViewSenders senders, ILogger<StrategyFanOut> log) : IDisposable
{
    // All wait for the slowest of these look-ups, so none may be slow: where the broker has not answered by then, the Worker asks it.
    private static readonly TimeSpan PerSymbol = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan RepeatsWithin = TimeSpan.FromSeconds(20);
    private const int MostReloads = 3;

    // Signals of a strategy that come one after the other are recorded in that order.
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public async Task<Answer> RunAsync(StrategyRequest request)
    {
        var turn = turns[(uint)request.Strategy.Id.GetHashCode() % (uint)turns.Length];
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            var batch = await PrepareAsync(request);
            return await RecordAsync(request, batch);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in turns) turn.Dispose();
    }

    private async Task<Dictionary<WebhookId, (Attempt Attempt, Signal Signal)>> PrepareAsync(StrategyRequest request)
    {
        var mayGetOut = request.Sent.Alert.Intent!.MayGetOut; // a sound message has one
        var followers = await strategies.FollowersAsync(request.Strategy.Id, mayGetOut, CancellationToken.None);
        var found = await accounts.FindAcrossTenantsAsync([.. followers.Select(follower => follower.Account)], CancellationToken.None);
        var prepared = await Task.WhenAll(followers.Where(follower => found.ContainsKey(follower.Account))
            .Select(follower => PrepareAsync(request, follower, found[follower.Account])));
        Dictionary<WebhookId, (Attempt, Signal)> batch = [];
        foreach (var (attempt, signal, refused) in prepared)
        {
            if (signal is null) request.Accounts.Add((attempt, refused));
            else batch[attempt.Webhook] = (attempt, signal);
        }
        return batch;
    }

    private async Task<(Attempt Attempt, Signal? Signal, Answer? Refused)> PrepareAsync(
        StrategyRequest request, Follower follower, AccountContext account)
    {
        var alert = dialects.Read(request.Sent.Body.Span);
        var attempt = request.AttemptFor(follower, account, alert, ReloadAsync);
        FollowerSizing.Apply(alert, follower, attempt.Strategy!); // AttemptFor gives it
        attempt.Checks.Pass(CheckTrail.Key);
        attempt.Checks.Pass(CheckTrail.Rate);
        // What gets out is not held back by where it comes from, nor by the account's switch.
        var mayGetOut = alert.Intent is { MayGetOut: true };
        if (!mayGetOut && !account.Enabled)
            return Failed(CheckTrail.Key, Answer.Disabled(account.DisabledReason, attempt.Webhook), "The account is switched off.");
        if (!mayGetOut && account.TradingViewOnly && !senders.Has(request.From))
            return Failed(CheckTrail.Sender, Answer.NotOfTradingView(null, attempt.Webhook), "It did not come from TradingView.");
        var (signal, refused) = await path.PrepareAsync(attempt, PerSymbol, CancellationToken.None);
        return (attempt, signal, refused);

        (Attempt, Signal?, Answer?) Failed(string check, Answer answer, string words)
        {
            attempt.Checks.Fail(check, words);
            return (attempt, null, answer);
        }

        async ValueTask<AccountContext?> ReloadAsync(CancellationToken ct) =>
            (await accounts.FindAcrossTenantsAsync([account.AccountId], ct)).GetValueOrDefault(account.AccountId);
    }

    private async Task<Answer> RecordAsync(StrategyRequest request, Dictionary<WebhookId, (Attempt Attempt, Signal Signal)> batch)
    {
        var signal = SignalOf(request);
        for (var (reloads, failures) = (0, 0); ; )
        {
            RecordedForAll recorded;
            try
            {
                recorded = await record.RunAsync(signal, [.. batch.Values.Select(one => one.Signal)], CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogNotRecorded(e, request.Id, batch.Count);
                // With the same ids, so that what had committed is found and not recorded twice.
                if (failures++ == 0) continue;
                return Answer.Unavailable(isProven: false);
            }
            switch (recorded)
            {
                case RecordedForAll.Done done:
                    Take(request, batch, done.Outcomes);
                    return Answer.FannedOut(request.Id, request.FanOut);
                case RecordedForAll.Stale stale when reloads++ < MostReloads:
                    foreach (var changed in stale.Changed) await ReloadAsync(request, batch, changed);
                    break;
                case RecordedForAll.Duplicate repeat:
                    request.Accounts.Clear();
                    var reached = await strategies.FanOutOfAsync(repeat.First, CancellationToken.None);
                    return Answer.FannedOut(repeat.First, reached, repeated: true);
                case RecordedForAll.Reused reused:
                    request.Accounts.Clear();
                    return Answer.IdReused(new WebhookId(reused.First), new WebhookId(request.Id)).AsOfStrategy();
                case RecordedForAll.Gone:
                    request.Accounts.Clear();
                    return Answer.InvalidKey();
                default:
                    request.Accounts.Clear();
                    return Answer.Unavailable();
            }
        }
    }

    private async Task ReloadAsync(
        StrategyRequest request, Dictionary<WebhookId, (Attempt Attempt, Signal Signal)> batch, WebhookId changed)
    {
        var attempt = batch[changed].Attempt;
        var (signal, refused) = await path.ReloadAsync(attempt, CancellationToken.None);
        if (signal is not null)
        {
            batch[changed] = (attempt, signal);
            return;
        }
        batch.Remove(changed);
        request.Accounts.Add((attempt, refused));
    }

    private void Take(
        StrategyRequest request, Dictionary<WebhookId, (Attempt Attempt, Signal Signal)> batch,
        IReadOnlyDictionary<WebhookId, Recorded> outcomes)
    {
        foreach (var (webhook, (attempt, _)) in batch)
        {
            attempt.RecordedMs = attempt.Elapsed;
            switch (outcomes[webhook])
            {
                case Recorded.New taken:
                    path.Take(attempt, taken);
                    request.Accounts.Add((attempt, null));
                    break;
                case Recorded.Refused refusal:
                    request.Accounts.Add((attempt, SignalPath.Refuse(attempt, refusal)));
                    break;
                default:
                    request.Accounts.Add((attempt, Answer.Unavailable()));
                    break;
            }
        }
    }

    private static StrategySignal SignalOf(StrategyRequest request)
    {
        var alert = request.Sent.Alert;
        var (key, lives) = alert.Id is { } id
            ? ("id:" + id, SignalPath.IdLives)
            : ("body:" + Convert.ToHexStringLower(request.BodyHash), RepeatsWithin);
        return new StrategySignal
        {
            Id = request.Id,
            Strategy = request.Strategy,
            ReceivedAt = request.ReceivedAt,
            DedupeKey = key,
            DedupeFor = lives,
            HoldFor = SignalPath.HeldFor,
            BodyHash = request.BodyHash,
            Dialect = alert.Dialect,
            Action = StrategyAnswers.ActionOf(alert),
            Symbol = alert.Intent?.Symbol,
        };
    }

    [LoggerMessage(2041, LogLevel.Warning, "Signal {Signal} of a strategy could not be recorded for {Count} accounts")]
    private partial void LogNotRecorded(Exception exception, Guid signal, int count);
}
