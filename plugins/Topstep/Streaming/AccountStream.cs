using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Commands;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Hubs;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Streaming;

/// <summary>
/// The account's changes: pushed by the user hub, read in full after each connection, and read again and again while there is none. The hub alone is never
/// trusted: fills were reported missed while it was degraded, so what it says of positions is checked against the gateway a moment later.
/// </summary>
internal sealed partial class AccountStream(AccountSession session, AccountStateQuery state)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan UpWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckAfter = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan PriceEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);

    private readonly Mirror mirror = new();
    private readonly LegsWatch legs = new(session);
    private readonly Dictionary<string, Quote> toldPrices = new(StringComparer.Ordinal);
    private bool up;
    private DateTimeOffset lookDue = DateTimeOffset.MaxValue;
    private DateTimeOffset checkDue = DateTimeOffset.MaxValue;
    private DateTimeOffset pricesDue;
    private DateTimeOffset beatDue;

    public async IAsyncEnumerable<AccountUpdate> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var listener = await session.Link.User.ListenAsync(session.AccountId, session.UserHub, ct);
        up = await IsUpAsync(listener, ct);
        if (!up) lookDue = session.Clock.GetUtcNow() + LookEvery;
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
            foreach (var update in await TickAsync(ct)) yield return update;
        }
    }

    // Until it is, the account is read every two seconds.
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

    private async Task<AccountUpdate.Snapshot> LookAsync(CancellationToken ct)
    {
        var reading = await state.ReadAsync(new StateWindow(), ct);
        var before = mirror.Positions.ToList();
        mirror.Reset(reading);
        foreach (var gone in before.Where(position => reading.Positions.All(row => row.Id != position.Id))) legs.Closed(gone, mirror.Orders);
        return new AccountUpdate.Snapshot(await state.ToStateAsync(reading, ct));
    }

    private async Task<IReadOnlyList<AccountUpdate>> TakeAsync(FeedEvent news, CancellationToken ct)
    {
        switch (news)
        {
            case FeedEvent.Up:
                up = true;
                lookDue = session.Clock.GetUtcNow();
                return [];
            case FeedEvent.Down down:
                (up, lookDue) = (false, session.Clock.GetUtcNow() + LookEvery);
                return [new AccountUpdate.Gap(down.Why)];
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
                Check();
                return [new AccountUpdate.Fill(state.FillOf(trade))];
            case FeedEvent.Position { Row: var position }:
                if (position.Size > 0) session.Sightings.See([position]);
                if (!mirror.Take(position)) return [];
                Check();
                return [position.Size > 0 ? await PositionAsync(position, ct) : await ClosedAsync(position, ct)];
            case FeedEvent.Account { Row: var account }:
                return mirror.Take(account) ? [new AccountUpdate.Balance(AccountStateQuery.Money(account, mirror.Positions.Count == 0 ? [] : null))] : [];
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<IReadOnlyList<AccountUpdate>> TickAsync(CancellationToken ct)
    {
        var now = session.Clock.GetUtcNow();
        List<AccountUpdate> updates = [];
        // Events get lost without a break of the connection, too.
        if (session.TakeShown() is { } shown && !mirror.Shows(shown)) Check();
        try
        {
            if (now >= lookDue)
            {
                lookDue = now + LookEvery;
                updates.Add(await LookAsync(ct));
                // What happened to orders in between is asked for one by one, which the host does after a gap.
                if (up) updates.Add(new AccountUpdate.Gap("The hub is connected again."));
                if (up) lookDue = DateTimeOffset.MaxValue;
                checkDue = DateTimeOffset.MaxValue;
            }
            else if (now >= checkDue)
            {
                checkDue = DateTimeOffset.MaxValue;
                await CheckAsync(updates, ct);
            }
            await legs.TickAsync(now, ct);
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            // The stream goes on; the next look is tried soon.
            LogLookFailed(session.Log, e.Message);
            lookDue = now + LookEvery;
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
        if (up && now >= beatDue)
        {
            beatDue = now + BeatEvery;
            updates.Add(new AccountUpdate.Heartbeat(now));
        }
        return updates;
    }

    private void Check() => checkDue = session.Clock.GetUtcNow() + CheckAfter;

    private async Task CheckAsync(List<AccountUpdate> updates, CancellationToken ct)
    {
        var shown = (await session.Calls.PositionsAsync(ct)).Where(position => position.Size > 0).ToList();
        session.Sightings.See(shown);
        var before = mirror.Positions.ToDictionary(position => position.Id);
        foreach (var gone in mirror.Reset(shown)) updates.Add(await ClosedAsync(gone with { Size = 0 }, ct));
        foreach (var position in shown)
            if (!before.TryGetValue(position.Id, out var known) || (known.Size, known.AveragePrice) != (position.Size, position.AveragePrice)) updates.Add(await PositionAsync(position, ct));
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
