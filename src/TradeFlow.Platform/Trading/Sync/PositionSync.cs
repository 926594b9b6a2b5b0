using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// Makes our positions those of the broker. Only a complete reading closes anything, and only when a second one, begun after the first,
/// misses the position too or a fill of ours proves it; a failed reading says nothing. The store is written first and the book
/// follows it; only a price is told first and written behind.
/// </summary>
internal sealed partial class PositionSync(
    PositionStore store, PositionPrices prices, IInstruments instruments, LiveFeed live, TimeProvider clock, ILogger<PositionSync> log)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(150);

    /// <summary>Applies a complete reading.</summary>
    /// <param name="begunAt">Timestamp from before the broker was asked: what happened since may be missing in it.</param>
    /// <returns>When to read again, because a position is missing and one reading is no proof.</returns>
    public async Task<TimeSpan?> ApplyAsync(Lane lane, AccountSession session, BrokerState state, long begunAt, CancellationToken ct)
    {
        var rules = await RulesAsync(lane, state.Positions, ct);
        var settle = TimeSpan.FromSeconds(session.Manifest.Lookup.SettleSeconds);
        var from = Earlier(begunAt, state);
        return await InTurnAsync(lane, async book =>
        {
            book.IsNetting = state.Account?.IsNetting ?? book.IsNetting;
            await MeetAsync(lane, state.Positions, rules, from, ct);
            var isNetting = book.IsNetting ?? session.Manifest.Capabilities.PositionMode == "netting";
            return await CloseMissingAsync(lane, state, isNetting, from, settle, ct);
        }, ct);
    }

    /// <summary>Applies one position of a push feed.</summary>
    /// <param name="heardAt">Timestamp of its coming in.</param>
    public async Task ApplyAsync(Lane lane, PositionReport report, bool closed, long heardAt, CancellationToken ct)
    {
        var rules = closed ? ImmutableDictionary<string, Instrument?>.Empty : await RulesAsync(lane, [report], ct);
        await InTurnAsync(lane, async book =>
        {
            var isOpen = book.Open.TryGetValue(report.BrokerPositionId, out var known);
            // An event does not say when it was true: one from before the close must not open the position a second time, and one that
            // closes what is not known may mean what a fill of ours has just opened. A reading decides.
            if (!isOpen && (closed || book.HasClosed(report.BrokerPositionId))) lane.Sync.Ring();
            else if (closed && known is not null) await CloseAsync(lane, known, ct);
            else await MeetAsync(lane, [report], rules, heardAt, ct);
            return true;
        }, ct);
    }

    /// <summary>
    /// Lets the book meet what a reading for an exit shows and the sync has not met yet, so that each position has its name here.
    /// </summary>
    public async Task IntroduceAsync(Lane lane, BrokerState state, long begunAt, CancellationToken ct)
    {
        if (lane.Book.IsLoaded && state.Positions.All(report => IsMet(lane.Book, report))) return;
        var rules = await RulesAsync(lane, state.Positions, ct);
        await InTurnAsync(lane, async book =>
        {
            await MeetAsync(lane, [.. state.Positions.Where(report => !IsMet(book, report))], rules, Earlier(begunAt, state), ct);
            return true;
        }, ct);
    }

    /// <summary>
    /// What is open in a symbol before an entry is sent, short below zero; <c>null</c> where positions stand side by side.
    /// </summary>
    public async Task<decimal?> NetAsync(Lane lane, ConnectorManifest manifest, string brokerSymbol, CancellationToken ct)
    {
        if (!(lane.Book.IsNetting ?? manifest.Capabilities.PositionMode == "netting")) return null;
        return await InTurnAsync(lane, book => Task.FromResult(book.Open.Values.Where(position => position.BrokerSymbol == brokerSymbol)
            .Sum(position => position.Side == Side.Buy ? position.Quantity : -position.Quantity)), ct);
    }

    /// <summary>The positions as an order of ours has just changed them, before anybody hears of the order.</summary>
    public async Task AfterOrderAsync(Lane lane, OrderRow row)
    {
        if (row.Status is OrderRow.Working or OrderRow.PartiallyFilled) lane.Working.Note();
        try
        {
            if (row.FilledQty > 0 && row.Action != "cancel")
            {
                await InTurnAsync(lane, async _ =>
                {
                    await ReloadAsync(lane, CancellationToken.None);
                    return true;
                }, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // What the order did is committed; the next reading tells of it.
            LogNotFollowed(e, row.Id);
        }
        lane.Readings.After(row, lane.Sync, clock);
    }

    private static bool IsMet(PositionBook book, PositionReport report) =>
        book.Open.TryGetValue(report.BrokerPositionId, out var known) && known.IsShown;

    // A connector may answer from what it heard a while ago (a terminal's last beat): then the reading is as old as that.
    private long Earlier(long begunAt, BrokerState state)
    {
        var old = clock.GetUtcNow() - state.At;
        if (old <= TimeSpan.Zero || old > TimeSpan.FromMinutes(1)) return begunAt;
        return Math.Min(begunAt, Stopwatch.GetTimestamp() - (long)(old.TotalSeconds * Stopwatch.Frequency));
    }

    private async Task<T> InTurnAsync<T>(Lane lane, Func<PositionBook, Task<T>> work, CancellationToken ct)
    {
        var book = lane.Book;
        await book.Gate.WaitAsync(ct);
        try
        {
            if (!book.IsLoaded) await ReloadAsync(lane, ct);
            return await work(book);
        }
        catch
        {
            // What failed may have been written all the same.
            book.Doubt();
            throw;
        }
        finally
        {
            book.Gate.Release();
        }
    }

    // The book becomes what the store has, and what has come, gone or changed meanwhile is told.
    private async Task ReloadAsync(Lane lane, CancellationToken ct)
    {
        var book = lane.Book;
        var before = book.Open.Values.ToDictionary(position => position.Id);
        var doubts = book.Doubts;
        var now = Stopwatch.GetTimestamp();
        var (open, closed) = await store.ReadAsync(lane, before.Keys, ct);
        foreach (var position in closed)
        {
            book.Remove(before[position.Id].Key);
            live.Closed(lane, position.Id, position.Pnl);
        }
        foreach (var position in open)
        {
            if (!before.TryGetValue(position.Id, out var known))
            {
                book.Put(position with { SeenAt = now });
                if (book.WasLoaded) live.Opened(lane, position);
                continue;
            }
            // Its price is on its way into the store.
            var current = known.IsOnlyPricedAnew(position)
                ? position with { CurrentPrice = known.CurrentPrice, Pnl = known.Pnl } : position;
            // A fill that was committed after the price was heard keeps it out, and a market that stands still does not tell it again.
            if (!current.HasSameNumbers(position)) prices.Note(current, now);
            var same = known.HasSameNumbers(current);
            book.Rename(known.Key, current with { SeenAt = same ? known.SeenAt : now, MissedAt = same ? known.MissedAt : null });
            if (!same) live.Updated(lane, current);
        }
        book.Loaded(doubts);
    }

    private async Task MeetAsync(
        Lane lane, IReadOnlyList<PositionReport> shown, IReadOnlyDictionary<string, Instrument?> rules, long begunAt, CancellationToken ct)
    {
        var book = lane.Book;
        List<BookedPosition> moved = [];
        foreach (var report in shown)
        {
            book.Open.TryGetValue(report.BrokerPositionId, out var known);
            // A newer reading, or a fill of ours, has told more.
            if (known is not null && begunAt < known.SeenAt) continue;
            if (known is null || known.Side != report.Side)
            {
                // A netting venue keeps the id when a position turns round: the old one is closed.
                if (known is not null) await CloseAsync(lane, known, ct);
                await ShowAsync(lane, report, rules, begunAt, ct);
                continue;
            }
            var now = known with
            {
                Quantity = report.Quantity,
                AveragePrice = report.AveragePrice,
                CurrentPrice = report.CurrentPrice,
                Pnl = PnlOf(lane, report, rules),
                StopLoss = report.StopLoss,
                TakeProfit = report.TakeProfit,
                IsShown = true,
                SeenAt = begunAt,
                MissedAt = null,
            };
            if (known.IsShown && known.HasSameNumbers(now)) book.Put(now);
            else if (known.IsShown && known.IsOnlyPricedAnew(now))
            {
                book.Put(now);
                live.Priced(lane, now);
                prices.Note(now, begunAt);
            }
            else moved.Add(now);
        }
        // An older price that is still on its way must not come after this.
        await prices.ForgetAsync(moved, ct);
        var written = await store.UpdateAsync(moved, begunAt, ct);
        foreach (var position in moved.Where(position => written.Contains(position.Id)))
        {
            book.Put(position);
            live.Updated(lane, position);
        }
        // Another has changed or closed it meanwhile.
        if (written.Count < moved.Count) await ReloadAsync(lane, ct);
    }

    private async Task ShowAsync(
        Lane lane, PositionReport report, IReadOnlyDictionary<string, Instrument?> rules, long begunAt, CancellationToken ct)
    {
        var symbol = rules.GetValueOrDefault(report.BrokerSymbol)?.Symbol ?? report.BrokerSymbol;
        var position = new BookedPosition
        {
            Id = NewId.At(clock),
            Key = report.BrokerPositionId,
            Symbol = Symbols.Canonical(symbol),
            BrokerSymbol = report.BrokerSymbol,
            Side = report.Side,
            OpenedAt = (report.OpenedAt ?? clock.GetUtcNow()).ToUniversalTime(),
            Quantity = report.Quantity,
            AveragePrice = report.AveragePrice,
            CurrentPrice = report.CurrentPrice,
            Pnl = PnlOf(lane, report, rules),
            StopLoss = report.StopLoss,
            TakeProfit = report.TakeProfit,
            SeenAt = begunAt,
        };
        if (await store.ShowAsync(lane, position, report.ClientOrderId, report.OpenedAt, begunAt) is not { } written) return;
        // Ours, and known until now by its fill alone, or written by another: the store has it as it is.
        if (!written.IsNew)
        {
            await ReloadAsync(lane, ct);
            return;
        }
        lane.Book.Put(written.Position);
        live.Opened(lane, written.Position);
    }

    private async Task<TimeSpan?> CloseMissingAsync(
        Lane lane, BrokerState state, bool isNetting, long begunAt, TimeSpan settle, CancellationToken ct)
    {
        var shown = state.Positions.Select(position => position.BrokerPositionId).ToHashSet(StringComparer.Ordinal);
        TimeSpan? again = null;
        foreach (var position in lane.Book.Open.Values.Where(position => !shown.Contains(position.Key)).ToList())
        {
            // Something newer has shown it: this reading says nothing of it, and the next one may be long in coming.
            if (begunAt <= position.SeenAt)
            {
                again ??= LookAgain;
            }
            else if (position.MissedAt is not { } missed)
            {
                lane.Book.Put(position with { MissedAt = Stopwatch.GetTimestamp() });
                again = LookAgain;
            }
            else if (begunAt > missed && !await CloseAsync(lane, position, begunAt, IsNetted(position) ? TimeSpan.Zero : settle, ct)
                && lane.Book.Open.ContainsKey(position.Key))
            {
                // Never shown, it may still be on its way into the broker's list; or a fill has just changed it.
                var left = position.IsShown ? LookAgain : settle - Stopwatch.GetElapsedTime(position.SeenAt);
                again ??= left > LookAgain ? left : LookAgain;
            }
        }
        return again;

        // One position a symbol: where another is shown, ours is in it, and is not on its way any more.
        bool IsNetted(BookedPosition position) => isNetting && state.Positions.Any(report => report.BrokerSymbol == position.BrokerSymbol);
    }

    private Task CloseAsync(Lane lane, BookedPosition position, CancellationToken ct) =>
        CloseAsync(lane, position, null, TimeSpan.Zero, ct);

    private async Task<bool> CloseAsync(Lane lane, BookedPosition position, long? missedBy, TimeSpan settle, CancellationToken ct)
    {
        // Where no fill tells what it realised, its last price does.
        await prices.WriteAsync(position.Id, ct);
        var (closed, pnl) = await store.CloseAsync(position.Id, missedBy, settle, ct);
        if (closed)
        {
            lane.Book.Remove(position.Key);
            live.Closed(lane, position.Id, pnl);
        }
        else
        {
            // Another has closed or changed it.
            await ReloadAsync(lane, ct);
        }
        return closed;
    }

    private static decimal? PnlOf(Lane lane, PositionReport report, IReadOnlyDictionary<string, Instrument?> rules)
    {
        if (report.UnrealizedPnl is { } told) return told;
        if (report.CurrentPrice is not { } now || rules.GetValueOrDefault(report.BrokerSymbol) is not { } instrument) return null;
        var profit = AccountMoney.Profit(instrument, lane.Account.Currency, report.Side, report.AveragePrice, now, report.Quantity);
        return profit is { } pnl ? Math.Round(pnl, 2) : null;
    }

    // Before the gate, because the broker may have to be asked for them: of positions that are new, and of those whose profit the broker
    // does not tell.
    private async Task<IReadOnlyDictionary<string, Instrument?>> RulesAsync(
        Lane lane, IReadOnlyList<PositionReport> shown, CancellationToken ct)
    {
        Dictionary<string, Instrument?> rules = new(StringComparer.Ordinal);
        foreach (var report in shown)
        {
            if (report.UnrealizedPnl is not null && IsMet(lane.Book, report)) continue;
            if (!rules.ContainsKey(report.BrokerSymbol)) rules[report.BrokerSymbol] = await FindAsync(lane, report.BrokerSymbol, ct);
        }
        return rules;
    }

    private async Task<Instrument?> FindAsync(Lane lane, string brokerSymbol, CancellationToken ct)
    {
        try
        {
            return (await instruments.FindAsync(lane.Tenant, lane.AccountId, brokerSymbol, ct)).Instrument;
        }
        catch (ConnectorException)
        {
            // The name is a courtesy here: a position is shown under the broker's symbol rather than not at all.
            return null;
        }
    }

    [LoggerMessage(4031, LogLevel.Warning, "Positions after order {OrderId} could not be read")]
    private partial void LogNotFollowed(Exception e, Guid orderId);
}
