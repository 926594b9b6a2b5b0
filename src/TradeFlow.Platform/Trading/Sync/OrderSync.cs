using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>Follows our working orders: through the broker's list of open ones, and by asking for each that has left it.</summary>
internal sealed class OrderSync(OrderStore store, PositionStore positions, IInstruments instruments, OrderAnnouncer announcer, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, (DateTimeOffset Next, int Looks)> looks = new();

    /// <param name="begun">When the reading began: an order sent later may be missing in it.</param>
    /// <returns>True while something of ours is working.</returns>
    public async Task<bool> ApplyAsync(Lane lane, AccountSession session, BrokerState state, DateTimeOffset begun, CancellationToken ct)
    {
        await AddFillsAsync(lane, state.Fills, ct);
        var working = await store.ListAsync(lane.AccountId.Value, "o.status in ('WORKING', 'PARTIALLY_FILLED') and o.action in ('open', 'reverse', 'close', 'flatten')", ct);
        foreach (var row in working)
        {
            var report = state.OpenOrders.FirstOrDefault(order => Matches(row, order));
            if (report is not null) await TakeAsync(row, report, ct);
            else if (row.SentAt < begun) await AskAsync(lane, session, row, ct);
        }
        return working.Count > 0;
    }

    /// <summary>One order of a push feed.</summary>
    public async Task ApplyAsync(Lane lane, OrderReport report, CancellationToken ct)
    {
        if (report.IsProtection) return;
        foreach (var row in await store.ListAsync(lane.AccountId.Value, "o.status in ('UNKNOWN', 'WORKING', 'PARTIALLY_FILLED')", ct))
            if (Matches(row, report) && row.Action != "cancel") await TakeAsync(row, report, ct);
    }

    public Task ApplyAsync(Lane lane, FillReport fill, CancellationToken ct) => AddFillsAsync(lane, [fill], ct);

    private static bool Matches(OrderRow row, OrderReport report) =>
        !report.IsProtection && (report.ClientOrderId == row.ClientOrderId || (row.BrokerOrderId is { } known && known == report.BrokerOrderId));

    private async Task TakeAsync(OrderRow row, OrderReport report, CancellationToken ct)
    {
        var settlement = Settlements.From(report, "followed");
        if (settlement.Status == row.Status && report.FilledQuantity <= row.FilledQty) return;
        var (changed, now) = await store.SettleAsync(row.Id, settlement, ct);
        if (now.IsTerminal) looks.TryRemove(row.Id, out _);
        if (changed) await announcer.AnnounceAsync(now, ct);
    }

    // It has left the list of open orders: filled, canceled, or not shown yet. The order itself is asked, ever more seldom.
    private async Task AskAsync(Lane lane, AccountSession session, OrderRow row, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (next, count) = looks.GetValueOrDefault(row.Id);
        if (now < next) return;
        looks[row.Id] = (now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, count) / 2, 30)), count + 1);
        switch (await session.Connector.FindOrderAsync(row.Key, ct))
        {
            case OrderLookup.Found found:
                await TakeAsync(row, found.Report, ct);
                break;
            case OrderLookup.Absent { Conclusive: true } when row.AbsentAt is { } since:
                // Taken once, and now gone from open and closed orders alike, twice: there is nothing left that could be filled.
                if (now - since < TimeSpan.FromSeconds(Math.Max(session.Manifest.Lookup.SettleSeconds, 5))) break;
                var (changed, ended) = await store.SettleAsync(row.Id, new Settlement(OrderRow.Canceled) { Reason = "The broker no longer shows the order.", Event = "gone" }, ct);
                if (changed) await announcer.AnnounceAsync(ended, ct);
                break;
            case OrderLookup.Absent { Conclusive: true }:
                await store.NoteLookAsync(row.Id, now, now, row.NeedsReview, ct);
                break;
        }
    }

    private async Task AddFillsAsync(Lane lane, IReadOnlyList<FillReport> fills, CancellationToken ct)
    {
        var fresh = fills.Where(fill => lane.Fills.Add(fill.BrokerFillId)).ToList();
        if (fresh.Count == 0) return;
        List<(FillReport, string)> named = [];
        foreach (var fill in fresh)
            named.Add((fill, (await instruments.FindAsync(lane.Tenant, lane.AccountId, fill.BrokerSymbol, ct)).Instrument?.Symbol ?? Symbols.Canonical(fill.BrokerSymbol)));
        try
        {
            await positions.AddFillsAsync(lane, named, ct);
        }
        catch
        {
            // Not stored: the next reading brings them again.
            foreach (var fill in fresh) lane.Fills.Remove(fill.BrokerFillId);
            throw;
        }
    }
}
