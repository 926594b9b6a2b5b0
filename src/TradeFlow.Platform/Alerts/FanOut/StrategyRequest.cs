using System.Net;
using System.Security.Cryptography;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Alerts.Secrets;
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

    public Guid Id { get; } = NewId.At(clock);
    public DateTimeOffset ReceivedAt { get; } = Attempt.Whole(clock.GetUtcNow());
    public WebhookRequest Sent => request;
    public KnownStrategy Strategy => strategy;
    public IPAddress? From => from;
    public byte[] BodyHash { get; } = SHA256.HashData(DialectList.Content(request.Body.Span));
    public string Payload { get; } = Masking.Payload(DialectList.Content(request.Body.Span), request.NamedKeys);

    /// <summary>The accounts that were looked at, each with what it was answered; <c>null</c> where its order is on its way.</summary>
    public List<(Attempt Attempt, Answer? Answer)> Accounts { get; } = [];

    /// <summary>
    /// How many accounts got an order. The paper account of the record, which has no place among a tenant's strategies, is nobody's.
    /// </summary>
    public int FanOut => Accounts.Count(account => account.Attempt is { IsRecorded: true, Use.Place: not null });

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
            BodyHash = BodyHash,
            Alert = alert,
            Strategy = new StrategyMark(strategy.Id.Value, strategy.Name, Id),
            Use = new StrategyUse(follower.IsActive, follower.Place),
            Account = account,
            Gone = CancellationToken.None,
            ReloadAsync = reload,
        };
        attempt.ReceivedMs = attempt.Elapsed;
        return attempt;
    }
}
