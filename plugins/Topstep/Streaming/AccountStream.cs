using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// The account's changes: pushed by the user hub, and read beside it, as <see cref="LookPlan"/> says. The hub alone is never trusted: fills were reported
/// missed while it was degraded.
/// </summary>
internal sealed partial class AccountStream(AccountSession session, AccountStateQuery state)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UpWithin = TimeSpan.FromSeconds(3);
    // The hub's events wait meanwhile, and one that is slow is tried again.
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PriceEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);

    private readonly Mirror mirror = new();
    private readonly LegsWatch legs = new(session);
    private readonly Dictionary<string, Quote> toldPrices = new(StringComparer.Ordinal);
    private readonly LookPlan plan = new(session.Clock, session.Link.Allowance, () => session.Link.User.Streams);
    private Task fitting = Task.CompletedTask;
    private DateTimeOffset pricesDue;
    private DateTimeOffset beatDue;

    public async IAsyncEnumerable<AccountUpdate> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var listener = await session.Link.User.ListenAsync(session.AccountId, session.UserHub, ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            if (await IsUpAsync(listener, ct)) plan.Up();
            await RecallAsync(ct);
            // After the subscription, so that nothing falls between the reading and the first event.
            yield return await LookAsync(ct);
            Task<bool>? waiting = null;
            while (true)
            {
                waiting ??= listener.Events.WaitToReadAsync(ct).AsTask();
                await Task.WhenAny(waiting, Task.Delay(Tick, session.Clock, ct));
                ct.ThrowIfCancellationRequested();
                if (waiting.IsCompleted)
                {
                    await waiting;
                    waiting = null;
                }
                while (listener.Events.TryRead(out var news))
                    foreach (var update in await TakeAsync(news, ct)) yield return update;
                foreach (var update in await TickAsync(end.Token, ct)) yield return update;
            }
        }
        finally
        {
            await end.CancelAsync();
            await fitting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    // Which order opened what is there, and which legs were made with it, is in no list of open orders after a restart.
    private async Task RecallAsync(CancellationToken ct)
    {
        try
        {
            session.Sightings.See(await session.Calls.OrdersAsync(TradingDay.StartOf(session.Clock.GetUtcNow()), ct));
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            LogLookFailed(session.Log, e.Message);
        }
    }

    private async Task<AccountUpdate.Snapshot> LookAsync(CancellationToken ct)
    {
        var reading = await state.ReadAsync(new StateWindow(), ct);
        var before = mirror.Positions.ToList();
        mirror.Reset(reading);
        foreach (var gone in before.Where(position => reading.Positions.All(row => row.Id != position.Id))) legs.Closed(gone, mirror.Orders);
        var told = new AccountUpdate.Snapshot(await state.ToStateAsync(reading, ct));
        plan.Looked();
        return told;
    }

    private async Task<IReadOnlyList<AccountUpdate>> TakeAsync(FeedEvent news, CancellationToken ct)
    {
        switch (news)
        {
            case FeedEvent.Up:
                plan.Up();
                return [];
            case FeedEvent.Down down:
                return plan.Down() ? [new AccountUpdate.Gap(down.Why)] : [];
            case FeedEvent.Unread:
                plan.Surprise();
                return [];
            case FeedEvent.Order { Row: var order }:
                session.Sightings.See([order]);
                if (!mirror.Take(order)) return [];
                var report = state.OrderOf(order, [.. mirror.Positions]);
                // A stop that was moved is news of its position.
                return report.IsProtection && mirror.Positions.FirstOrDefault(row => row.ContractId == order.ContractId) is { } protectedOne
                    ? [new AccountUpdate.Order(report), await PositionAsync(protectedOne, ct)]
                    : [new AccountUpdate.Order(report)];
            case FeedEvent.Trade { Row: var trade }:
                session.Sightings.See([trade]);
                if (!mirror.Take(trade)) return [];
                plan.News();
                return [new AccountUpdate.Fill(state.FillOf(trade))];
            case FeedEvent.Position { Row: var position }:
                if (position.Size > 0) session.Sightings.See([position]);
                if (!mirror.Knows(position)) plan.News();
                if (!mirror.Take(position)) return [];
                return [position.Size > 0 ? await PositionAsync(position, ct) : await ClosedAsync(position, ct)];
            case FeedEvent.Account { Row: var told }:
                return mirror.Take(told) is { } account && AccountStateQuery.Money(account, mirror.Positions.Count == 0 ? [] : null) is { } money ? [new AccountUpdate.Balance(money)] : [];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<IReadOnlyList<AccountUpdate>> TickAsync(CancellationToken toTheEnd, CancellationToken ct)
    {
        var now = session.Clock.GetUtcNow();
        List<AccountUpdate> updates = [];
        // Events get lost without a break of the connection, too.
        if (session.TakeShown() is { } shown && !mirror.Shows(shown)) plan.News();
        using var patience = new CancellationTokenSource(ReadWithin, session.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            switch (plan.Take())
            {
                case Due.Look:
                    updates.Add(await LookAsync(both.Token));
                    break;
                case Due.Check:
                    await CheckAsync(updates, both.Token);
                    break;
            }
            // Beside the events, not between them: a cancel may hang.
            if (fitting.IsCompleted)
            {
                var done = fitting;
                fitting = legs.TickAsync(now, toTheEnd);
                await done;
            }
        }
        catch (Exception e) when (e is ConnectorException { Kind: not ConnectorErrorKind.Authentication } || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The stream goes on; the next look is tried soon.
            LogLookFailed(session.Log, e.Message);
            plan.Failed((e as ConnectorException)?.RetryAfter);
        }
        if (now >= pricesDue)
        {
            pricesDue = now + PriceEvery;
            foreach (var position in mirror.Positions.ToList())
            {
                if (session.Prices.Newest(position.ContractId) is not { } quote || (toldPrices.TryGetValue(position.ContractId, out var told) && (told.Bid, told.Ask) == (quote.Bid, quote.Ask))) continue;
                toldPrices[position.ContractId] = quote;
                updates.Add(await PositionAsync(position, ct));
            }
        }
        if (plan.IsUp && now >= beatDue)
        {
            beatDue = now + BeatEvery;
            updates.Add(new AccountUpdate.Heartbeat(now));
        }
        return updates;
    }

    private async Task CheckAsync(List<AccountUpdate> updates, CancellationToken ct)
    {
        var shown = (await session.Calls.PositionsAsync(ct)).Where(position => position.Size > 0).ToList();
        session.Sightings.See(shown);
        var before = mirror.Positions.ToDictionary(position => position.Id);
        var gone = mirror.Reset(shown);
        var moved = shown.Where(position => !before.TryGetValue(position.Id, out var known) || (known.Size, known.Type, known.AveragePrice) != (position.Size, position.Type, position.AveragePrice)).ToList();
        plan.Checked();
        if (gone.Count + moved.Count > 0) plan.Surprise();
        foreach (var position in gone) updates.Add(await ClosedAsync(position with { Size = 0 }, ct));
        foreach (var position in moved) updates.Add(await PositionAsync(position, ct));
    }

    private async Task<AccountUpdate> PositionAsync(WirePosition position, CancellationToken ct) => new AccountUpdate.Position(await state.ReportAsync(position, mirror.Orders, ct), Closed: false);

    private async Task<AccountUpdate> ClosedAsync(WirePosition position, CancellationToken ct)
    {
        legs.Closed(position, mirror.Orders);
        return new AccountUpdate.Position(await state.ReportAsync(position, [], ct), Closed: true);
    }

    [LoggerMessage(5304, LogLevel.Warning, "The account could not be read beside its stream: {Why}")]
    private static partial void LogLookFailed(ILogger log, string why);
}
