using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Live.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Goes where a strategy is. What that takes (a close, a reverse or an open) is found in a fresh reading and written into the row before
/// anything is sent; from there the room of that command goes on. As long as nothing was sent it is found anew at each try, and what was
/// sent is told by the rows: after a crash at any point no step runs twice.
/// </summary>
internal sealed class TargetEntry(
    OpenPositions positions, OpenEntry entry, CloseExit closes, ReverseEntry reverses, OrderStore store, Notifications notices, TimeProvider clock)
{
    /// <summary>Two messages of one moment arrive in either order.</summary>
    private static readonly TimeSpan Swapped = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // A broker may show a fill of a moment ago a little later. Longer than this nobody is kept in a position for it.
    private static readonly TimeSpan Agrees = TimeSpan.FromSeconds(2);

    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        if (!order.Unplanned && (await store.LegsAsync(order.Id, ct)).Count > 0) return await GoOnAsync(lane, order, session, ct);

        var intent = order.Intent;
        var target = intent.Target!; // the dispatcher sends nothing else here
        // Whatever is held, of either side.
        var open = await positions.FindAsync(lane, session, order, intent with { Action = TradeAction.Target, Side = null, Exactly = null }, null, [], ct);
        var held = Held.Of(open.Select(found => (found.Position.Side, found.Position.Quantity)));
        var age = clock.GetUtcNow() - order.CreatedAt;
        var isSettled = await IsSettledAsync(lane, order, intent, open, held, ct);
        if (!isSettled && age < Agrees) return Later(lane, order);

        var mapped = lane.Account.Symbols.Map(intent.Symbol);
        var factor = mapped.Factor * lane.Account.Multiplier;
        var instrument = open.Count > 0 ? open[0].Instrument : null;
        var gap = order.Unplanned && TargetPlan.IsGap(intent, target, held, instrument, factor);
        var refusal = order.EntryRefusal is null && (gap || order.Gap) && lane.Account.OnGap == OnGap.Hold ? GapRefusal(order.Symbol, target, held) : null;
        var plan = TargetPlan.From(intent, target, held, instrument, factor, order.EntryRefusal is null && refusal is null);

        if (order.Unplanned && await FollowerAsync(order, target, gap, ct) is { } follower)
        {
            return await EndAsync(lane, order, OrderCodes.CameLate,
                $"The strategy has gone on from there: the message that follows this one came first ({follower.CreatedAt:HH:mm:ss.fff} UTC).", ct);
        }
        // Told before it is noted: a crash in between tells twice rather than never.
        if (gap) await TellGapAsync(lane, order, target, held, ct);
        var written = plan ?? intent with { Action = TradeAction.Target };
        if (await store.PlanAsync(order, lane.Worker, written, gap, refusal, ct) is not { } row) return null;
        if (plan is null)
            return await EndAsync(lane, row, OrderCodes.AlreadyThere, "The account is where the strategy is.", ct);
        if (plan.Action == TradeAction.Target) throw Refused(row);
        if (TargetPlan.MisfitOf(plan, target, instrument, mapped.Factor) is { } misfit)
            throw new RefusedException(OrderCodes.SignalInvalid, misfit, "intent.position_size");
        if (plan.Action == TradeAction.Open && !isSettled)
        {
            if (age < LaneChoice.Patience) return Later(lane, row);
            throw new RefusedException(OrderCodes.PreviousUnknown,
                $"What an order before it did in {order.Symbol} is not known yet, and entering on top of it could double the position. Nothing was sent.", "intent.action");
        }
        return await GoOnAsync(lane, row, session, ct);
    }

    private Task<OrderRow?> GoOnAsync(Lane lane, OrderRow row, AccountSession session, CancellationToken ct) => row.Action switch
    {
        "open" => entry.RunAsync(lane, row, session, null, ct),
        "reverse" => reverses.RunAsync(lane, row, session, ct),
        _ => closes.RunAsync(lane, row, session, ct),
    };

    // The message that comes after this one in the strategy, where it came first. Two in their order look alike when the strategy went and came
    // back, but then the account holds what this one says was held, and the other one had something to do.
    private async Task<OrderRow?> FollowerAsync(OrderRow order, TargetRule target, bool gap, CancellationToken ct)
    {
        if (target.Time is not { } time) return null;
        foreach (var row in await store.TargetsBeforeAsync(order, Swapped, ct))
        {
            if (row.Status == OrderRow.Rejected || row.RejectCode == OrderCodes.CameLate || !Symbols.Same(row.Symbol, order.Symbol)) continue;
            if (!gap && !(row.Gap && row.RejectCode == OrderCodes.AlreadyThere)) continue;
            if (row.Intent.Target is { } later && later.Time >= time && Follows(later, target)) return row;
        }
        return null;
    }

    private static bool Follows(TargetRule later, TargetRule target) =>
        later.Previous == target.Position && (target.Position == HeldSide.Flat || later.PreviousSize == target.Size);

    // Does the reading have all that our orders did? Then no order of the symbol is on its way, and the books say the same.
    private async Task<bool> IsSettledAsync(
        Lane lane, OrderRow order, TradeIntent intent, List<CloseTarget> open, Held held, CancellationToken ct)
    {
        var moving = await store.ListAsync(lane.AccountId.Value,
            "o.status in ('UNKNOWN', 'WORKING', 'PARTIALLY_FILLED') and o.type = 'MARKET' and o.action in ('open', 'reverse', 'close', 'flatten')", ct);
        if (moving.Exists(row => row.Id != order.Id && (row.Symbol.Length == 0 || Symbols.Same(row.Symbol, order.Symbol)))) return false;
        var mapped = lane.Account.Symbols.Map(intent.Symbol).Symbol;
        var names = open.Select(found => found.Position.BrokerSymbol).ToHashSet(StringComparer.Ordinal);
        var booked = Held.Of(lane.Book.Open.Values
            .Where(position => names.Contains(position.BrokerSymbol) || Symbols.Same(position.Symbol, order.Symbol) || Symbols.Same(position.Symbol, mapped))
            .Select(position => (position.Side, position.Quantity)));
        if (booked == held) return true;
        lane.Sync.Ring();
        return false;
    }

    private static RefusedException Refused(OrderRow row)
    {
        var refusal = row.ToView().EntryRefusal!; // a plan without an entry has the reason
        return new RefusedException(refusal.Code, refusal.Error, new Dictionary<string, string[]>());
    }

    private async Task<OrderRow?> EndAsync(Lane lane, OrderRow order, string code, string words, CancellationToken ct)
    {
        lane.Forget(order.Id);
        await store.RefuseAsync(order.Id, lane.Worker, OrderRow.Canceled, code, words, null, ct);
        return await store.FindAsync(order.Id, ct);
    }

    private OrderRow? Later(Lane lane, OrderRow order)
    {
        lane.Defer(order.Id, clock.GetUtcNow() + LookAgain);
        return null;
    }

    private static string GapRefusal(string symbol, TargetRule target, Held held) => JsonSerializer.Serialize(
        new EntryRefusal(409, OrderCodes.Gap, $"{TargetPlan.GapWords(symbol, target, held)} The account is set to enter nothing then."), TradingJson.Default.EntryRefusal);

    private Task TellGapAsync(Lane lane, OrderRow order, TargetRule target, Held held, CancellationToken ct) =>
        notices.AddAsync(lane.Tenant, Notifications.Warning, "gap", $"{lane.Account.Broker}: {TargetPlan.GapWords(order.Symbol, target, held)}",
            $$"""{"order_id":"{{order.Id}}","account_id":"{{lane.AccountId}}"}""", ct);
}
