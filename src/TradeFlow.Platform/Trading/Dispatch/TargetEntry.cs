using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Platform.Trading.Sync;

namespace TradeFlow.Platform.Trading.Dispatch;

/// <summary>
/// Goes where a strategy is. What that takes (a close, a reverse or an open) is found in a fresh reading and written into the row before
/// anything is sent; from there the room of that command goes on. As long as nothing was sent it is found anew at each try, and what was
/// sent is told by the rows: after a crash at any point no step runs twice.
/// </summary>
internal sealed class TargetEntry(
    OpenPositions positions, OpenEntry entry, CloseExit closes, ReverseEntry reverses, OrderEnding ending, OrderStore store,
    Notifications notices, TimeProvider clock)
{
    /// <summary>Two messages of one moment arrive in either order.</summary>
    private static readonly TimeSpan Swapped = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    // A broker may show a fill of a moment ago a little later. Longer than this nobody is kept in a position for it.
    private static readonly TimeSpan Agrees = TimeSpan.FromSeconds(2);

    /// <exception cref="ConnectorException">The broker could not be asked; nothing was sent.</exception>
    public async Task<OrderRow?> RunAsync(Lane lane, OrderRow order, AccountSession session, CancellationToken ct)
    {
        if (!order.Unplanned && (await store.LegsAsync(order.Id, ct)).Count > 0) return await GoOnAsync(lane, order, session, null, ct);

        var intent = order.Intent;
        var target = intent.Target!; // the dispatcher sends nothing else here
        var age = clock.GetUtcNow() - order.CreatedAt;
        // Our own orders are looked at first: brokers count their reads, and this one would tell nothing that lasts.
        var isQuiet = !await IsMovingAsync(lane, order, ct);
        if (!isQuiet && age < Agrees) return Later(lane, order, age);
        var shown =
            await positions.ReadAsync(lane, session, isForExit: target.Position == HeldSide.Flat || Booked(lane, order, []).Any(), ct);
        // Whatever is held, of either side.
        var open = await positions.MeantAsync(
            lane, order, intent with { Action = TradeAction.Target, Side = null, Exactly = null }, null, shown, [], ct);
        var held = Held.Of(open.Select(found => (found.Position.Side, found.Position.Quantity)));
        var isSettled = isQuiet && IsBooked(lane, order, open, held);
        if (!isSettled && age < Agrees) return Later(lane, order, age);

        var mapped = lane.Account.Symbols.Map(intent.Symbol);
        var factor = mapped.Factor * intent.FactorOn(lane.Account.Multiplier);
        var instrument = open.Count > 0 ? open[0].Instrument : null;
        var gap = order.Unplanned && TargetPlan.IsGap(intent, target, held, instrument, factor);
        var refusal = order.EntryRefusal is null && (gap || order.Gap) && lane.Account.OnGap == OnGap.Hold
            ? GapRefusal(order.Symbol, target, held) : null;
        var plan = TargetPlan.From(intent, target, held, instrument, factor, order.EntryRefusal is null && refusal is null);

        if (order.Unplanned && await FollowerAsync(order, target, gap, ct) is { } follower)
        {
            return await ending.CancelAsync(lane, order, OrderCodes.CameLate,
                $"The strategy has gone on from there: the message that follows this one came first ({follower.CreatedAt:HH:mm:ss.fff} UTC).");
        }
        // Told before it is noted: a crash in between tells twice rather than never.
        if (gap) await TellGapAsync(lane, order, target, held, ct);
        var written = plan ?? intent with { Action = TradeAction.Target };
        if (await store.PlanAsync(order, lane.Epoch, written, gap, refusal, ct) is not { } row) return null;
        if (plan is null)
            return await ending.CancelAsync(lane, row, OrderCodes.AlreadyThere, "The account is where the strategy is.");
        if (plan.Action == TradeAction.Target) throw Refused(row);
        if (TargetPlan.MisfitOf(plan, target, instrument, mapped.Factor) is { } misfit)
            throw new RefusedException(OrderCodes.SignalInvalid, misfit, "intent.position_size");
        if (plan.Action == TradeAction.Open && !isSettled)
        {
            if (age < LaneChoice.Patience) return Later(lane, row, age);
            throw new RefusedException(OrderCodes.PreviousUnknown,
                $"What an order before it did in {order.Symbol} is not known yet, and entering on top of it could double the position. Nothing was sent.",
                "intent.action");
        }
        return await GoOnAsync(lane, row, session, shown, ct);
    }

    private Task<OrderRow?> GoOnAsync(
        Lane lane, OrderRow row, AccountSession session, IReadOnlyList<PositionReport>? shown, CancellationToken ct) => row.Action switch
    {
        "open" => entry.RunAsync(lane, row, session, null, ct),
        "reverse" => reverses.RunAsync(lane, row, session, shown, ct),
        _ => closes.RunAsync(lane, row, session, shown, ct),
    };

    // The message that comes after this one in the strategy, where it came first. What found the account as it says followed something
    // else: of several messages of one second each may look like the one after another.
    private async Task<OrderRow?> FollowerAsync(OrderRow order, TargetRule target, bool gap, CancellationToken ct)
    {
        if (target.Time is not { } time) return null;
        // Each intent is read from its JSON once.
        List<(OrderRow Row, TradeIntent Intent, TargetRule Target)> before = [.. (await store.TargetsBeforeAsync(order, 2 * Swapped, ct))
            .Where(row => row.Status != OrderRow.Rejected && Symbols.Same(row.Symbol, order.Symbol))
            .Select(row => (row, row.Intent)).Select(one => (one.row, one.Intent, one.Intent.Target!))]; // the query reads no others
        for (var i = 0; i < before.Count; i++)
        {
            var (row, intent, later) = before[i];
            if (row.CreatedAt < order.CreatedAt - Swapped || row.RejectCode == OrderCodes.CameLate || !(later.Time >= time)
                || !later.ComesFrom(target))
                continue;
            var cameFirst = row.Gap ? gap || WentAndCameBack(row, later, target) : gap && !TargetPlan.TellsGap(intent, later);
            var wasSentTwice = before.Skip(i + 1).Any(earlier => earlier.Target == later);
            var isPaired = before.Take(i).Any(late => late.Row.RejectCode == OrderCodes.CameLate && later.ComesFrom(late.Target));
            if (cameFirst && !wasSentTwice && !isPaired) return row;
        }
        return null;
    }

    // The strategy went and came back: the account holds what this one says was held, and the other one had nothing to do.
    private static bool WentAndCameBack(OrderRow row, TargetRule later, TargetRule target) =>
        row.RejectCode == OrderCodes.AlreadyThere && target.ComesFrom(later);

    // An order of ours in the symbol is on its way: what the broker shows now it may not show in a moment.
    private async Task<bool> IsMovingAsync(Lane lane, OrderRow order, CancellationToken ct)
    {
        var moving = await store.ListAsync(lane.AccountId.Value,
            "o.status in ('UNKNOWN', 'WORKING', 'PARTIALLY_FILLED') and o.type = 'MARKET' and o.action in ('open', 'reverse', 'close', 'flatten')",
            ct);
        return moving.Exists(row => row.Id != order.Id && (row.Symbol.Length == 0 || Symbols.Same(row.Symbol, order.Symbol)));
    }

    // Does the reading have all that our orders did? Then the books say the same.
    private static bool IsBooked(Lane lane, OrderRow order, List<CloseTarget> open, Held held)
    {
        var names = open.Select(found => found.Position.BrokerSymbol).ToHashSet(StringComparer.Ordinal);
        if (Held.Of(Booked(lane, order, names).Select(position => (position.Side, position.Quantity))) == held) return true;
        lane.Sync.Ring();
        return false;
    }

    private static IEnumerable<BookedPosition> Booked(Lane lane, OrderRow order, HashSet<string> names)
    {
        var mapped = lane.Account.Symbols.Map(order.Intent.Symbol).Symbol;
        return lane.Book.Open.Values.Where(position =>
            names.Contains(position.BrokerSymbol) || Symbols.Same(position.Symbol, order.Symbol) || Symbols.Same(position.Symbol, mapped));
    }

    private static RefusedException Refused(OrderRow row)
    {
        var refusal = row.ToView().EntryRefusal!; // a plan without an entry has the reason
        return new RefusedException(refusal.Code, refusal.Error, new Dictionary<string, string[]>());
    }

    // Ever more seldom: each look costs a read.
    private OrderRow? Later(Lane lane, OrderRow order, TimeSpan age)
    {
        lane.Defer(order.Id, clock.GetUtcNow() + TimeSpan.FromTicks(Math.Max(LookAgain.Ticks, Math.Min(age.Ticks, Agrees.Ticks / 2))));
        return null;
    }

    private static string GapRefusal(string symbol, TargetRule target, Held held) => JsonSerializer.Serialize(
        new EntryRefusal(409, OrderCodes.Gap, $"{TargetPlan.GapWords(symbol, target, held)} The account is set to enter nothing then."),
        TradingJson.Default.EntryRefusal);

    private Task TellGapAsync(Lane lane, OrderRow order, TargetRule target, Held held, CancellationToken ct) =>
        notices.AddAsync(lane.Tenant, Notifications.Warning, "gap",
            $"{lane.Account.Broker}: {TargetPlan.GapWords(order.Symbol, target, held)}",
            $$"""{"order_id":"{{order.Id}}","account_id":"{{lane.AccountId}}"}""", ct);
}
