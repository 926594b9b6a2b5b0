using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// The account's changes: pushed by the user hub, and read beside it, as <see cref="LookPlan"/> says. The hub alone is never trusted: fills
/// were reported missed while it was degraded. No event waits for a reading, which may be slow, or be kept back by a limit that is used up.
/// </summary>
internal sealed partial class AccountStream(AccountSession session, AccountStateQuery state)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UpWithin = TimeSpan.FromSeconds(3);
    // One that is slow is tried again.
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SoonAfterConnecting = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan PriceEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);

    // An order that was canceled by hand and whose event got lost shows in no check of the positions.
    private static readonly TimeSpan WholeFor = TimeSpan.FromSeconds(45);

    private readonly Mirror mirror = new(session.Clock);
    private readonly LegsWatch legs = new(session);
    private readonly Dictionary<string, Quote> toldPrices = new(StringComparer.Ordinal);
    private readonly LookPlan plan = new(session.Clock, session.Link.Allowance, () => session.Link.User.Streams);
    private Task<Sight>? reading;
    private Task fitting = Task.CompletedTask;
    private DateTimeOffset pricesDue;
    private DateTimeOffset beatDue;

    // What a reading beside the hub showed: the open positions, or all.
    private sealed record Sight(Shown Shown, long Since, Reading? Whole);

    public async IAsyncEnumerable<AccountUpdate> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var listener = await session.Link.User.ListenAsync(session.AccountId, session.UserHub, session.Hear, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            if (await IsUpAsync(listener, ct)) plan.Up();
            foreach (var update in await BeginAsync(ct)) yield return update;
            session.Kept = mirror;
            Task<bool>? waiting = null;
            while (true)
            {
                waiting ??= listener.Events.WaitToReadAsync(ct).AsTask();
                await Task.WhenAny(waiting, (Task?)reading ?? waiting, Task.Delay(Tick, session.Clock, ct));
                ct.ThrowIfCancellationRequested();
                if (waiting.IsCompleted)
                {
                    await waiting;
                    waiting = null;
                }
                while (listener.Events.TryRead(out var news))
                    foreach (var update in Take(news)) yield return update;
                foreach (var update in await TickAsync(end.Token, ct)) yield return update;
            }
        }
        finally
        {
            if (session.Kept == mirror) session.Kept = null;
            session.Hear(new FeedEvent.Down("Nobody listens any more."));
            await end.CancelAsync();
            await fitting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (reading is { } left) await left.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
        }
    }

    // Until it is, the account is read.
    private async Task<bool> IsUpAsync(UserFeed.Listener listener, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(UpWithin, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            while (true)
                if (await listener.Events.ReadAsync(both.Token) is FeedEvent.Up) return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    // After the subscription, so that nothing falls between the reading and the first event. Where nothing can be read now, what the hub
    // tells is better than silence; the look follows.
    private async Task<List<AccountUpdate>> BeginAsync(CancellationToken ct)
    {
        try
        {
            await RecallAsync(ct);
            return Take(await InTimeAsync(LookAsync, ct));
        }
        catch (Exception e) when (IsPassing(e, ct))
        {
            LogLookFailed(session.Log, e.Message);
            plan.Failed((e as ConnectorException)?.RetryAfter);
            Surprise();
            return [];
        }
    }

    // Which order opened what is there, and which legs were made with it, is in no list of open orders after a restart.
    private async Task RecallAsync(CancellationToken ct)
    {
        try
        {
            session.Sightings.See(await session.Calls.OrdersAsync(TradingDay.StartOf(session.Clock.GetUtcNow()), RequestClass.Query, ct));
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            LogLookFailed(session.Log, e.Message);
        }
    }

    private async Task<Sight> LookAsync(CancellationToken ct)
    {
        var since = mirror.Moment;
        var whole = await state.ReadAsync(new StateWindow(), RequestClass.Query, ct);
        await session.LearnAsync(whole.Positions, ct);
        return new Sight(new Shown(whole.At, whole.Positions), since, whole);
    }

    private async Task<Sight> CheckAsync(RequestClass by, CancellationToken ct)
    {
        var since = mirror.Moment;
        var shown = await session.PositionsAsync(by, ct);
        await session.LearnAsync(shown.Open, ct);
        return new Sight(shown, since, null);
    }

    private List<AccountUpdate> Take(Sight sight)
    {
        if (sight.Whole is { } whole)
        {
            var (now, lost) = mirror.Reset(whole, sight.Since);
            foreach (var position in lost) legs.Closed(position, mirror.Orders);
            plan.Looked(sight.Shown.Begun);
            Vouch(sight.Shown.Begun);
            return [new AccountUpdate.Snapshot(state.ToState(now))];
        }
        var (gone, moved) = mirror.Reset(sight.Shown.Open, sight.Since);
        plan.Checked(sight.Shown.Begun);
        if (gone.Count + moved.Count > 0) Surprise();
        return [.. gone.Select(position => Closed(position with { Size = 0 })), .. moved.Select(Position)];
    }

    private List<AccountUpdate> Take(FeedEvent news)
    {
        switch (news)
        {
            case FeedEvent.Up:
                plan.Up();
                return [];
            case FeedEvent.Down down:
                mirror.Doubt();
                return plan.Down() ? [new AccountUpdate.Gap(down.Why)] : [];
            case FeedEvent.Unread:
                Surprise();
                return [];
            case FeedEvent.Order { Row: var order }:
                if (!mirror.Take(order)) return [];
                var report = state.OrderOf(order, mirror.Positions);
                // A stop that was moved is news of its position.
                return report.IsProtection && mirror.Positions.FirstOrDefault(row => row.ContractId == order.ContractId) is { } protectedOne
                    ? [new AccountUpdate.Order(report), Position(protectedOne)]
                    : [new AccountUpdate.Order(report)];
            case FeedEvent.Trade { Row: var trade }:
                if (!mirror.Take(trade)) return [];
                plan.News();
                return [new AccountUpdate.Fill(state.FillOf(trade))];
            case FeedEvent.Position { Row: var position }:
                if (!mirror.Knows(position)) plan.News();
                if (!mirror.Take(position)) return [];
                return [position.Size > 0 ? Position(position) : Closed(position)];
            case FeedEvent.Account { Row: var told }:
                return mirror.Take(told) is { } account && AccountStateQuery.Money(account,
                    mirror.Positions.Count == 0 ? [] : null) is { } money ? [new AccountUpdate.Balance(money)] : [];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<List<AccountUpdate>> TickAsync(CancellationToken toTheEnd, CancellationToken ct)
    {
        var now = session.Clock.GetUtcNow();
        List<AccountUpdate> updates = [];
        TakeOthers();
        try
        {
            if (reading is { IsCompleted: true } done)
            {
                reading = null;
                updates.AddRange(Take(await done));
            }
            reading ??= plan.Take() switch
            {
                Due.Look => InTimeAsync(LookAsync, toTheEnd),
                // A check that our own limit keeps back is not waited for while a link is new.
                Due.Check => InTimeAsync(ended => CheckAsync(RequestClass.Query, ended), toTheEnd,
                    plan.IsNewLink ? SoonAfterConnecting : ReadWithin),
                Due.Recheck => InTimeAsync(ended => CheckAsync(RequestClass.Auth, ended), toTheEnd),
                _ => null,
            };
            // Beside the events, not between them: a cancel may hang.
            if (fitting.IsCompleted)
            {
                var fitted = fitting;
                fitting = legs.TickAsync(now, toTheEnd);
                await fitted;
            }
        }
        catch (Exception e) when (IsPassing(e, ct))
        {
            // The stream goes on; the next look is tried soon.
            LogLookFailed(session.Log, e.Message);
            plan.Failed((e as ConnectorException)?.RetryAfter);
        }
        if (now >= pricesDue)
        {
            pricesDue = now + PriceEvery;
            foreach (var position in mirror.Positions)
            {
                if (session.Prices.Newest(position.ContractId) is not { } quote
                    || (toldPrices.TryGetValue(position.ContractId, out var told) && (told.Bid, told.Ask) == (quote.Bid, quote.Ask)))
                    continue;
                toldPrices[position.ContractId] = quote;
                updates.Add(Position(position));
            }
        }
        if (plan.IsUp && now >= beatDue)
        {
            beatDue = now + BeatEvery;
            updates.Add(new AccountUpdate.Heartbeat(now));
        }
        return updates;
    }

    // What others read of the account is a check, or a look, that need not be made. Whoever asked has it; only what was missed is told.
    private void TakeOthers()
    {
        while (session.TryTakeGone(out var gone))
            if (mirror.Positions.Any(position => Wires.IdOf(position.Id) == gone)) plan.News();
        if (session.TakeShown() is not { } shown) return;
        if (!mirror.Shows(shown.Open))
        {
            // Events get lost without a break of the connection, too.
            plan.News();
        }
        else if (shown.Whole is { } whole)
        {
            mirror.Reset(whole.Reading, whole.Since);
            plan.Looked(shown.Begun);
            Vouch(shown.Begun);
        }
        else
        {
            plan.Checked(shown.Begun);
        }
    }

    private async Task<Sight> InTimeAsync(Func<CancellationToken, Task<Sight>> read, CancellationToken ct, TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? ReadWithin, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        return await read(both.Token);
    }

    private static bool IsPassing(Exception e, CancellationToken ct) =>
        e is ConnectorException { Kind: not ConnectorErrorKind.Authentication }
        || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private void Vouch(DateTimeOffset begun)
    {
        if (plan.IsWhole) mirror.Vouch(begun + WholeFor);
    }

    private void Surprise()
    {
        mirror.Doubt();
        plan.Surprise();
    }

    private AccountUpdate.Position Position(WirePosition position) => new(state.Report(position, mirror.Orders), Closed: false);

    private AccountUpdate.Position Closed(WirePosition position)
    {
        legs.Closed(position, mirror.Orders);
        return new AccountUpdate.Position(state.Report(position, []), Closed: true);
    }

    [LoggerMessage(5304, LogLevel.Warning, "The account could not be read beside its stream: {Why}")]
    private static partial void LogLookFailed(ILogger log, string why);
}
