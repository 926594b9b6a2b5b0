using System.Diagnostics;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// Makes our positions those of the broker. Only a complete reading closes anything, and only when a second one, begun after the first, misses the
/// position too or a fill of ours proves it; a failed reading says nothing.
/// </summary>
internal sealed class PositionSync(PositionStore store, IInstruments instruments, LiveFeed live, TimeProvider clock)
{
    /// <summary>Applies a complete reading.</summary>
    /// <param name="begunAt">Timestamp from before the broker was asked: what happened since may be missing in it.</param>
    /// <returns>True when a position is missing for the first time: read again soon.</returns>
    public async Task<bool> ApplyAsync(Lane lane, BrokerState state, long begunAt, CancellationToken ct)
    {
        await lane.Book.Gate.WaitAsync(ct);
        try
        {
            await LoadAsync(lane, ct);
            List<BookedPosition> moved = [];
            foreach (var report in state.Positions) await MeetAsync(lane, report, begunAt, moved, ct);
            await store.UpdateAsync(moved, ct);
            foreach (var position in moved) live.Updated(lane.Tenant, position);
            return await CloseMissingAsync(lane, state, begunAt, ct);
        }
        finally
        {
            lane.Book.Gate.Release();
        }
    }

    /// <summary>Applies one position of a push feed.</summary>
    public async Task ApplyAsync(Lane lane, PositionReport report, bool closed, CancellationToken ct)
    {
        await lane.Book.Gate.WaitAsync(ct);
        try
        {
            await LoadAsync(lane, ct);
            if (closed)
            {
                await CloseAsync(lane, report.BrokerPositionId, ct);
                return;
            }
            if (!lane.Book.Open.ContainsKey(report.BrokerPositionId) && lane.Book.ClosedAt.ContainsKey(report.BrokerPositionId))
            {
                // An event does not say when it was true: one from before the close must not open the position a second time. A reading decides.
                lane.Sync.Ring();
                return;
            }
            List<BookedPosition> moved = [];
            await MeetAsync(lane, report, Stopwatch.GetTimestamp(), moved, ct);
            await store.UpdateAsync(moved, ct);
            foreach (var position in moved) live.Updated(lane.Tenant, position);
        }
        finally
        {
            lane.Book.Gate.Release();
        }
    }

    /// <summary>What an order of ours proves: a position that it closed in full is closed, before the next reading says so.</summary>
    public async Task AfterOrderAsync(Lane lane, OrderRow row)
    {
        if (row is { Status: OrderRow.Filled, Action: "close" or "flatten", BrokerPositionId: { } position } && row.Qty >= row.PositionQty)
        {
            await lane.Book.Gate.WaitAsync();
            try
            {
                await LoadAsync(lane, CancellationToken.None);
                await CloseAsync(lane, position, CancellationToken.None);
            }
            finally
            {
                lane.Book.Gate.Release();
            }
        }
        lane.Sync.Ring();
    }

    private async Task LoadAsync(Lane lane, CancellationToken ct)
    {
        if (lane.Book.IsLoaded) return;
        await store.LoadAsync(lane, ct);
        lane.Book.IsLoaded = true;
    }

    private async Task MeetAsync(Lane lane, PositionReport report, long begunAt, List<BookedPosition> moved, CancellationToken ct)
    {
        var book = lane.Book;
        if (book.Open.TryGetValue(report.BrokerPositionId, out var known) && known.Side == report.Side)
        {
            (known.SeenAt, known.MissedAt) = (begunAt, null);
            var pnl = report.UnrealizedPnl ?? await PnlAsync(lane, report, ct);
            if (known.Quantity == report.Quantity && known.AveragePrice == report.AveragePrice && known.CurrentPrice == report.CurrentPrice
                && known.Pnl == pnl && known.StopLoss == report.StopLoss && known.TakeProfit == report.TakeProfit) return;
            (known.Quantity, known.AveragePrice, known.CurrentPrice, known.Pnl) = (report.Quantity, report.AveragePrice, report.CurrentPrice, pnl);
            (known.StopLoss, known.TakeProfit) = (report.StopLoss, report.TakeProfit);
            moved.Add(known);
            return;
        }
        // A netting venue keeps the id when a position turns round: the old one is closed.
        if (known is not null) await CloseAsync(lane, report.BrokerPositionId, ct);
        else if (book.ClosedAt.TryGetValue(report.BrokerPositionId, out var closedAt) && begunAt < closedAt) return;

        var symbol = (await FindAsync(lane, report.BrokerSymbol, ct))?.Symbol ?? Symbols.Canonical(report.BrokerSymbol);
        var position = new BookedPosition
        {
            Id = NewId.At(clock),
            Symbol = Symbols.Canonical(symbol),
            BrokerSymbol = report.BrokerSymbol,
            Side = report.Side,
            OpenedAt = (report.OpenedAt ?? clock.GetUtcNow()).ToUniversalTime(),
            Quantity = report.Quantity,
            AveragePrice = report.AveragePrice,
            CurrentPrice = report.CurrentPrice,
            Pnl = report.UnrealizedPnl ?? await PnlAsync(lane, report, ct),
            StopLoss = report.StopLoss,
            TakeProfit = report.TakeProfit,
            SeenAt = begunAt,
        };
        var id = await store.OpenAsync(lane, report.BrokerPositionId, report.ClientOrderId, position, ct);
        if (id != position.Id) position = position with { Id = id };
        book.Open[report.BrokerPositionId] = position;
        live.Opened(lane, position);
    }

    private async Task<bool> CloseMissingAsync(Lane lane, BrokerState state, long begunAt, CancellationToken ct)
    {
        var shown = state.Positions.Select(position => position.BrokerPositionId).ToHashSet(StringComparer.Ordinal);
        var again = false;
        foreach (var (brokerId, position) in lane.Book.Open.Where(entry => !shown.Contains(entry.Key)).ToList())
        {
            if (begunAt <= position.SeenAt) continue; // read before the newest evidence that it is open
            if (position.MissedAt is not { } missed)
            {
                position.MissedAt = Stopwatch.GetTimestamp();
                again = true;
            }
            else if (begunAt > missed)
            {
                await CloseAsync(lane, brokerId, ct);
            }
        }
        return again;
    }

    private async Task CloseAsync(Lane lane, string brokerPosition, CancellationToken ct)
    {
        lane.Book.ClosedAt[brokerPosition] = Stopwatch.GetTimestamp();
        lane.Book.Open.Remove(brokerPosition, out var known);
        var (closed, pnl) = await store.CloseAsync(lane, brokerPosition, ct);
        if (closed && known is not null) live.Closed(lane.Tenant, known.Id, pnl);
        if (lane.Book.ClosedAt.Count > 1000) lane.Book.ClosedAt.Clear();
    }

    private async Task<decimal?> PnlAsync(Lane lane, PositionReport report, CancellationToken ct) =>
        report.CurrentPrice is { } now && await FindAsync(lane, report.BrokerSymbol, ct) is { } instrument
            ? Dispatch.AccountMoney.Profit(instrument, lane.Account.Currency, report.Side, report.AveragePrice, now, report.Quantity) is { } pnl ? Math.Round(pnl, 2) : null
            : null;

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
}
