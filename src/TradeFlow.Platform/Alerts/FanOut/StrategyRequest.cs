using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Strategies.Contracts;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.FanOut;

/// <summary>A request under the key of a strategy, which becomes one signal for each of its accounts.</summary>
internal sealed class StrategyRequest(WebhookRequest request, KnownStrategy strategy, IPAddress? from, long started, TimeProvider clock)
{
    // What its followers see of where it came in: the key is its owner's.
    private const string Address = "/webhook/strategy";
    // The paper accounts of the record, which are nobody's and are not counted.
    private readonly ConcurrentDictionary<WebhookId, bool> records = new();
    private readonly byte[] hash = SHA256.HashData(DialectList.Content(request.Body.Span));

    public Guid Id { get; } = NewId.At(clock);
    public DateTimeOffset ReceivedAt { get; } = Whole(clock.GetUtcNow());
    public WebhookRequest Sent => request;
    public KnownStrategy Strategy => strategy;
    public IPAddress? From => from;
    public byte[] BodyHash => hash;
    public string Payload { get; } = Masking.Payload(DialectList.Content(request.Body.Span), request.NamedKeys);

    /// <summary>The accounts that were looked at, each with what it was answered; <c>null</c> where its order is on its way.</summary>
    public List<(Attempt Attempt, Answer? Answer)> Accounts { get; } = [];

    /// <summary>How many accounts got an order.</summary>
    public int FanOut => Accounts.Count(account => account.Attempt.IsRecorded && !records.ContainsKey(account.Attempt.Webhook));

    /// <summary>One account's part of it, with a reading of its own: what the account adds is no other's.</summary>
    public Attempt AttemptFor(
        Follower follower, AccountContext account, AlertReading alert, Func<CancellationToken, ValueTask<AccountContext?>> reload)
    {
        var attempt = new Attempt(started, clock)
        {
            Method = request.Method,
            Path = Address,
            Payload = Payload,
            Length = request.Length,
            BodyHash = hash,
            Alert = alert,
            Strategy = new StrategyMark(strategy.Id.Value, strategy.Name, Id),
            Use = new StrategyUse(follower.IsActive, follower.Place),
            Account = account,
            Gone = CancellationToken.None,
            ReloadAsync = reload,
        };
        attempt.ReceivedMs = attempt.Elapsed;
        if (follower.IsRecord) records[attempt.Webhook] = true;
        return attempt;
    }

    // PostgreSQL keeps microseconds.
    private static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
