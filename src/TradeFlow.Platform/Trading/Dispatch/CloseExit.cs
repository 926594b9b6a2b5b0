using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts.Pricing;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Closes and flattens. The signal's own order closes the first position; every further one gets an order of its own, in the same turn of
/// the lane, so that each close has its own outcome and a crash between two loses none. They are sent side by side: whoever wants out wants
/// all of it out now.
/// </summary>
internal sealed partial class CloseExit(
    OpenPositions positions, OrderStore store, PositionStore book, SendOnce send, OrderEnding ending, FillWatch fills, Aftermath aftermath,
    Notifications notices, TimeProvider clock, ILogger<CloseExit> log)
{
    private const int AtOnce = 8;

    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct) =>
        RunAsync(lane, order, session, null, ct);

    /// <param name="shown">What the broker shows, where it was read in this turn: it counts its reads.</param>
    public async Task<OrderRow?> RunAsync(
        Lane lane, OrderRow order, AccountSession session, IReadOnlyList<PositionReport>? shown, CancellationToken ct)
    {
        var intent = order.Intent;
        List<PositionReport> unreadable = [];
        var (position, open) = shown is null
            ? await FindAsync(lane, order, intent, session, unreadable, ct)
            : (null, await positions.MeantAsync(lane, order, intent, null, shown, unreadable, ct));
        var legs = order.ParentId is null && position is null ? await store.LegsAsync(order.Id, ct) : [];
        // After a crash between the legs and this order: what a leg is for is not planned again.
        open.RemoveAll(target => IsPlanned(target.Position));
        unreadable.RemoveAll(IsPlanned);
        var qty = Quantity(lane, intent, open) - legs.Where(leg => leg.Status is not (OrderRow.Rejected or OrderRow.Canceled))
            .Sum(leg => leg.Qty ?? 0);
        var targets = OpenPositions.Take(open, qty);
        if (targets.Count == 0)
        {
            var closed = position is not null && order.ParentId is null;
            if (closed) throw PositionClosed();
            return await EndWithNothingAsync(lane, order, session, ct);
        }
        // One whose rules cannot be read waits for them by itself.
        foreach (var left in unreadable) await AddLegAsync(lane, order, left, Symbols.Canonical(left.BrokerSymbol), null, null, ct);
        if (targets.Count == 1) return await CloseAsync(lane, order, session, targets[0]);

        List<(OrderRow Leg, CloseTarget Target)> others = [];
        foreach (var target in targets.Skip(1))
            if (await store.FindAsync(await AddLegAsync(lane, order, target, ct), ct) is { } leg) others.Add((leg, target));
        var beside = CloseLegsAsync(lane, others, session);
        var own = CloseAsync(lane, order, session, targets[0]);
        await Task.WhenAll(own, beside);
        return await own;

        bool IsPlanned(PositionReport report) => legs.Any(leg => leg.Intent.BrokerPositionId == report.BrokerPositionId);
    }

    /// <summary>Closes side by side, each by the order that it was given.</summary>
    public async Task CloseLegsAsync(Lane lane, IReadOnlyList<(OrderRow Leg, CloseTarget Target)> legs, AccountSession session)
    {
        using var room = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(legs.Select(leg => CloseBesideAsync(lane, leg.Leg, session, leg.Target, room)).ToList());
    }

    private async Task<OrderRow?> EndWithNothingAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        var open = order.ParentId is null && order.Intent is { Action: TradeAction.Close, Side: not null }
            ? await positions.FindAsync(lane, session, order, order.Intent with { Side = null }, null, [], ct)
            : [];
        if (open.Count == 0) return await ending.CancelAsync(lane, order, OrderCodes.NothingToClose, "Nothing was open.");
        var note = OtherSide.Note(order.Intent.Side!.Value, order.Symbol, open.Sum(target => target.Position.Quantity)); // asked for above
        var errors = new Dictionary<string, string[]> { ["intent.side"] = [note] };
        if (await ending.CancelAsync(lane, order, OrderCodes.NothingToClose, note, errors) is not { } row) return null;
        // It looks like a success where it was sent from.
        await notices.AddAsync(lane.Tenant, Notifications.Warning, "order.failed", $"{lane.Account.Broker}: a close did nothing. {note}",
            $$"""{"order_id":"{{order.Id}}","account_id":"{{lane.AccountId}}"}""", ct);
        return row;
    }

    /// <summary>Gives a position an order of its own, to run in the turn of the signal.</summary>
    public Task<Guid> AddLegAsync(Lane lane, OrderRow order, CloseTarget target, CancellationToken ct)
    {
        var part = target.Quantity < target.Position.Quantity ? target.Quantity : (decimal?)null;
        return AddLegAsync(lane, order, target.Position, target.Instrument.Symbol, part, SignalPrice(order, target.Instrument), ct);
    }

    private async Task<Guid> AddLegAsync(
        Lane lane, OrderRow order, PositionReport position, string symbol, decimal? part, decimal? price, CancellationToken ct)
    {
        var leg = new TradeIntent
        {
            Action = TradeAction.Close, Symbol = symbol, Qty = part, Price = price, BrokerPositionId = position.BrokerPositionId,
        };
        var ours = await book.OpenIdOfAsync(lane.AccountId.Value, position.BrokerPositionId, ct);
        var id = new OrderId(NewId.At(clock));
        await store.AddLegAsync(order, id, "close", symbol, leg, ours, ct);
        return id.Value;
    }

    // The broker's id of the one position that is meant, if one is, and what of it is open.
    private async Task<(string? Position, List<CloseTarget> Open)> FindAsync(
        Lane lane, OrderRow order, TradeIntent intent, AccountSession session, List<PositionReport> unreadable, CancellationToken ct)
    {
        if (intent.BrokerPositionId is not null || (intent.PositionId ?? order.PositionId) is not { } named)
        {
            var open = await positions.FindAsync(lane, session, order, intent, intent.BrokerPositionId, unreadable, ct);
            return (intent.BrokerPositionId, open);
        }
        for (var looked = false; ; looked = true)
        {
            var (key, isShown) = await book.KeyOfOpenAsync(lane.AccountId.Value, named, ct) ?? throw PositionClosed();
            var open = await positions.FindAsync(lane, session, order, intent, key, unreadable, ct);
            if (open.Count > 0 || isShown) return (key, open);
            // Known by its fill alone; that reading may have told the broker's id of it.
            if (looked) throw new ConnectorException($"The broker does not show the position in {order.Symbol} yet.");
        }
    }

    private static RefusedException PositionClosed() => new(OrderCodes.PositionClosed, "The position is closed already.", "position_id");

    private async Task CloseBesideAsync(Lane lane, OrderRow leg, AccountSession session, CloseTarget target, SemaphoreSlim room)
    {
        await room.WaitAsync();
        try
        {
            if (await CloseAsync(lane, leg, session, target) is { } row) await aftermath.TellAsync(lane, row);
        }
        catch (Exception e)
        {
            // It must not hide what becomes of the others. It is in the lane, which goes on with it, or ends it as unknown if it was
            // claimed.
            LogLegFailed(e, leg.Id);
            lane.TakeOverDue = true;
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<OrderRow?> CloseAsync(Lane lane, OrderRow order, AccountSession session, CloseTarget target)
    {
        var (position, instrument, qty) = target;
        var all = qty >= position.Quantity;
        var resolved = new ResolvedOrder
        {
            BrokerSymbol = instrument.BrokerSymbol,
            Side = position.Side == Side.Buy ? "SELL" : "BUY",
            Qty = qty,
            BrokerPositionId = position.BrokerPositionId,
            PositionId = await book.OpenIdOfAsync(lane.AccountId.Value, position.BrokerPositionId, CancellationToken.None),
            PositionQty = position.Quantity,
            Symbol = order.Symbol.Length == 0 || order.Action == "flatten" ? instrument.Symbol : null,
        };
        var close = new ClosePosition
        {
            ClientOrderId = order.ClientOrderId,
            BrokerPositionId = position.BrokerPositionId,
            Instrument = instrument,
            PositionSide = position.Side,
            Quantity = all ? null : qty,
            ReferencePrice = session.Manifest.Capabilities.FillsAtReferencePrice ? SignalPrice(order, instrument) : null,
        };
        // The profit has to be there when the outcome is recorded, because the position is closed with it.
        var row = await send.RunAsync(
            lane, order, resolved, async deadline => Reckoned(await session.Connector.ClosePositionAsync(close, deadline)));
        return row is { Status: OrderRow.Working or OrderRow.PartiallyFilled } ? await fills.OfCloseAsync(row, session, Reckon) : row;

        OrderOutcome Reckoned(OrderOutcome outcome)
        {
            if (outcome is not OrderOutcome.Accepted { Report: { FilledQuantity: > 0, RealizedPnl: null } report } accepted) return outcome;
            var profit = Reckon(report.AveragePrice, report.FilledQuantity);
            return accepted with { Report = report with { RealizedPnl = profit, GrossPnl = report.GrossPnl ?? profit } };
        }

        // For brokers that never say what a close realised: by its price, or the share of the open profit.
        decimal? Reckon(decimal? exit, decimal filled)
        {
            var byPrice = exit is { } price
                ? AccountMoney.Profit(instrument, lane.Account.Currency, position.Side, position.AveragePrice, price, filled)
                : null;
            return byPrice ?? (position.UnrealizedPnl is { } floating ? Math.Round(floating * filled / position.Quantity, 2) : null);
        }
    }

    // A price belongs to the symbol that the signal names, and that of a limit entry is no price of now: all else closes at its own market.
    private static decimal? SignalPrice(OrderRow order, Instrument instrument) =>
        order.Intent.Type == TradeType.Market && Symbols.Same(instrument.Symbol, order.Symbol)
            ? OrderPrices.OnTick(order.Intent.Price, instrument) : null;

    private static decimal? Quantity(Lane lane, TradeIntent intent, List<CloseTarget> open)
    {
        if (intent.Exactly is { } exactly) return exactly;
        if (intent.Action == TradeAction.Flatten || intent.Qty is not { } qty) return null;
        if (open.Count == 0) return qty;
        var instrument = open[0].Instrument;
        var mine = intent.PositionId is not null || intent.BrokerPositionId is not null;
        if (!mine) qty *= lane.Account.Symbols.Map(intent.Symbol).Factor;
        qty = Grid.Meant(qty, instrument.QuantityStep);
        if (!Grid.Fits(qty, instrument.QuantityStep))
            throw new RefusedException(OrderCodes.SignalInvalid, OrderSize.OffStep(qty, instrument), mine ? "qty" : "intent.qty");
        // A signal speaks in its sender's size, as its entry did; a person names the account's own.
        var factor = intent.FactorOn(lane.Account.Multiplier);
        var scaled = mine || factor == 1 ? qty : Grid.Down(qty * factor, instrument.QuantityStep);
        return scaled >= instrument.MinQuantity
            ? scaled
            : throw new RefusedException(OrderCodes.BelowMinimum,
                $"The quantity comes out at {scaled:0.########}; the smallest order of {instrument.Symbol} is {instrument.MinQuantity:0.########}.",
                "intent.qty");
    }

    [LoggerMessage(4022, LogLevel.Warning, "A close beside others, order {OrderId}, could not be run")]
    private partial void LogLegFailed(Exception e, Guid orderId);
}
