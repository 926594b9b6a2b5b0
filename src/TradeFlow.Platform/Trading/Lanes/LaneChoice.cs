using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>What a lane does next.</summary>
/// <param name="Run">The order to run, or <c>null</c> when nothing can run now.</param>
/// <param name="Superseded">Waiting entries that an exit overtakes: they must not open again what a later signal closes.</param>
/// <param name="WaitedTooLong">Entries that waited for an unknown order of their symbol until patience ended.</param>
/// <param name="Waiting">Some order waits: look again soon.</param>
internal sealed record LaneChoice(OrderRow? Run, IReadOnlyList<OrderRow> Superseded, IReadOnlyList<OrderRow> WaitedTooLong, bool Waiting)
{
    /// <summary>How long an entry waits for an unknown order before it in its symbol.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Orders that this version cannot read. They end, or the lane would stand still for them.</summary>
    public IReadOnlyList<OrderRow> Unreadable { get; init; } = [];

    /// <summary>
    /// The first order of the lane, in the recorded order, that need not wait. An entry waits for an order of unknown outcome in its symbol
    /// (it could double a position that nobody knows of), for its own legs, and for a waiting order before it that concerns its symbol. An
    /// exit waits for nothing but a deferred exit before it in its own symbol; a flatten waits for nobody, and no exit waits for it.
    /// </summary>
    /// <param name="deferred">Orders that asked to be looked at again later.</param>
    public static LaneChoice From(LaneQueue queue, Func<Guid, bool> deferred, DateTimeOffset now)
    {
        List<OrderRow> waiting = [];
        List<OrderRow> held = [];
        List<OrderRow> tooLong = [];
        List<OrderRow> unreadable = [];
        foreach (var order in queue.Pending)
        {
            if (!order.CanBeRead) unreadable.Add(order);
            else if (!order.IsEntry)
            {
                if (!deferred(order.Id) && !held.Exists(earlier => HoldsBack(earlier, order)))
                    return Choose(order, [.. waiting.Where(entry => Overtakes(order, entry))]);
                held.Add(order);
            }
            else if (queue.UnknownSymbols.Any(symbol => Symbols.Same(symbol, order.Symbol)))
            {
                if (now - order.CreatedAt > Patience) tooLong.Add(order);
                else waiting.Add(order);
            }
            else if (deferred(order.Id) || held.Exists(exit => Concerns(exit, order))
                || waiting.Exists(earlier => Symbols.Same(earlier.Symbol, order.Symbol)))
            {
                waiting.Add(order);
            }
            else
            {
                return Choose(order, []);
            }
        }
        return Choose(null, []);

        LaneChoice Choose(OrderRow? run, IReadOnlyList<OrderRow> superseded) =>
            new(run, superseded, tooLong, waiting.Count + held.Count > 0) { Unreadable = unreadable };
    }

    private static bool HoldsBack(OrderRow earlier, OrderRow exit) =>
        exit.Action != "flatten" && earlier.Action != "flatten" && (earlier.Symbol.Length > 0
            ? Symbols.Same(earlier.Symbol, exit.Symbol)
            // Named by its position alone, as an emergency stop does it, or a cancel of all that works.
            : exit.Symbol.Length == 0 && earlier.Action == exit.Action && earlier.Intent.BrokerPositionId == exit.Intent.BrokerPositionId);

    private static bool Concerns(OrderRow exit, OrderRow entry) => exit.Action == "flatten" || Symbols.Same(exit.Symbol, entry.Symbol);

    private static bool Overtakes(OrderRow exit, OrderRow entry) =>
        // A leg of the waiting entry itself is what it waits for.
        exit.ParentId != entry.Id
        // It moves a stop, and ends nothing.
        && exit.Action != "modify"
        && (exit.Action == "flatten" || (Symbols.Same(exit.Symbol, entry.Symbol) && (exit.Action != "cancel" || entry.Type != "MARKET")))
        // A person who closes one position says nothing about the next signal.
        && exit.Intent is { PositionId: null, OrderId: null }
        && !CameLate(exit, entry);

    // Of two messages of a strategy that were swapped the later one waits: it goes on from where the other one leads to. Where they are
    // there and back, either may be the later one, and out is the safe end.
    private static bool CameLate(OrderRow exit, OrderRow entry) =>
        exit.Intent.Target is { } target && entry.Intent.Target is { } later && later.Time >= target.Time && later.ComesFrom(target)
        && !target.ComesFrom(later);
}
