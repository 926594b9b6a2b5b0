using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Dispatch;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Sync;

/// <summary>
/// Follows our working orders: through the broker's list of open ones, and by asking for each that has left it. Stores the fills.
/// </summary>
internal sealed class OrderSync(
    OrderStore store, OrderSettlements settlements, FillStore fills, PositionSync positions, IInstruments instruments,
    OrderAnnouncer announcer, TimeProvider clock)
{
    /// <param name="begun">When the reading began: an order sent later may be missing in it.</param>
    /// <returns>True while something of ours is working.</returns>
    public async Task<bool> ApplyAsync(Lane lane, AccountSession session, BrokerState state, DateTimeOffset begun, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (lane.Working.Due(now) is not { } asOf) return false;
        var working = await store.ListAsync(lane.AccountId.Value,
            "o.status in ('WORKING', 'PARTIALLY_FILLED') and o.action in ('open', 'reverse', 'close', 'flatten')", ct);
        if (working.Count == 0) lane.Working.None(asOf, now);
        lane.Looks.Keep(working.Select(row => row.Id).ToHashSet());
        foreach (var row in working)
        {
            var report = state.OpenOrders.FirstOrDefault(order => Matches(row, order));
            if (report is not null) await TakeAsync(lane, row, report, ct);
            else if (row.SentAt < begun) await AskAsync(lane, session, row, ct);
        }
        return working.Count > 0;
    }

    /// <summary>One order of a push feed.</summary>
    public async Task ApplyAsync(Lane lane, OrderReport report, CancellationToken ct)
    {
        if (report.IsProtection) return;
        foreach (var row in await store.ListAsync(lane.AccountId.Value, "o.status in ('UNKNOWN', 'WORKING', 'PARTIALLY_FILLED')", ct))
            if (Matches(row, report) && row.Action != "cancel") await TakeAsync(lane, row, report, ct);
    }

    /// <summary>
    /// Stores what is new of these fills. They are remembered as stored after the commit, not before: what fails here comes again.
    /// </summary>
    public async Task ApplyAsync(Lane lane, IReadOnlyList<FillReport> told, CancellationToken ct)
    {
        var news = lane.Fills.NewsOf(told);
        if (news.Count == 0) return;
        List<NamedFill> named = [];
        foreach (var fill in news) named.Add(await NameAsync(lane, fill, ct));
        var changed = await fills.AddAsync(lane, named, ct);
        // One under the broker's own name is told again, so that it gets the platform's.
        lane.Fills.Stored(named.Where(fill => fill.IsNamed).Select(fill => fill.Fill));
        foreach (var order in changed)
            if (await store.FindAsync(order, ct) is { } row) await announcer.AnnounceAsync(row, ct);
    }

    private static bool Matches(OrderRow row, OrderReport report) =>
        !report.IsProtection
        && (report.ClientOrderId == row.ClientOrderId || (row.BrokerOrderId is { } known && known == report.BrokerOrderId));

    private async Task TakeAsync(Lane lane, OrderRow row, OrderReport report, CancellationToken ct)
    {
        var settlement = Settlements.From(report, "followed");
        if (settlement.Status == row.Status && report.FilledQuantity <= row.FilledQty) return;
        await SettleAsync(lane, row, settlement, ct);
    }

    private async Task SettleAsync(Lane lane, OrderRow row, Settlement settlement, CancellationToken ct)
    {
        bool changed;
        OrderRow now;
        try
        {
            (changed, now) = await settlements.SettleAsync(row.Id, settlement);
        }
        catch
        {
            // It may have been written, with the position that it made.
            lane.Book.Doubt();
            throw;
        }
        if (!changed) return;
        await positions.AfterOrderAsync(lane, now);
        await announcer.AnnounceAsync(now, ct);
    }

    // It has left the list of open orders: filled, canceled, or not shown yet. The order itself is asked, ever more seldom.
    private async Task AskAsync(Lane lane, AccountSession session, OrderRow row, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!lane.Looks.IsDue(row.Id, now)) return;
        switch (await session.Connector.FindOrderAsync(row.Key, ct))
        {
            case OrderLookup.Found found:
                await TakeAsync(lane, row, found.Report, ct);
                break;
            case OrderLookup.Absent { Conclusive: true } when row.AbsentAt is { } since:
                // Taken once, and now gone from open and closed orders alike, twice: there is nothing left that could be filled.
                if (now - since < TimeSpan.FromSeconds(Math.Max(session.Manifest.Lookup.SettleSeconds, 5))) break;
                var gone = new Settlement(OrderRow.Canceled) { Reason = "The broker no longer shows the order.", Event = "gone" };
                await SettleAsync(lane, row, gone, ct);
                break;
            case OrderLookup.Absent { Conclusive: true }:
                await store.NoteLookAsync(row.Id, now, now, row.NeedsReview, ct);
                break;
        }
    }

    private async Task<NamedFill> NameAsync(Lane lane, FillReport fill, CancellationToken ct)
    {
        try
        {
            var found = await instruments.FindAsync(lane.Tenant, lane.AccountId, fill.BrokerSymbol, ct);
            return new NamedFill(fill, found.Instrument?.Symbol ?? Symbols.Canonical(fill.BrokerSymbol), true);
        }
        catch (ConnectorException)
        {
            // What it cost or earned matters more than its name.
            return new NamedFill(fill, Symbols.Canonical(fill.BrokerSymbol), false);
        }
    }
}
