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

    /// <summary>
    /// The first order of the lane, in the recorded order. Only an entry can be made to wait, by an order of unknown outcome in its symbol (it could
    /// double a position that nobody knows of) or by its own legs. Orders of other symbols and all exits go on past it.
    /// </summary>
    /// <param name="deferred">Orders that asked to be looked at again later.</param>
    public static LaneChoice From(LaneQueue queue, Func<Guid, bool> deferred, DateTimeOffset now)
    {
        List<OrderRow> waiting = [];
        List<OrderRow> tooLong = [];
        foreach (var order in queue.Pending)
        {
            if (!order.IsEntry && deferred(order.Id)) return new LaneChoice(null, [], tooLong, Waiting: true);
            if (!order.IsEntry) return new LaneChoice(order, [.. waiting.Where(entry => Overtakes(order, entry))], tooLong, waiting.Count > 0);
            var unknown = queue.UnknownSymbols.Any(symbol => Symbols.Same(symbol, order.Symbol));
            if (unknown && now - order.CreatedAt > Patience) tooLong.Add(order);
            else if (unknown || deferred(order.Id) || waiting.Any(earlier => Symbols.Same(earlier.Symbol, order.Symbol))) waiting.Add(order);
            else return new LaneChoice(order, [], tooLong, waiting.Count > 0);
        }
        return new LaneChoice(null, [], tooLong, waiting.Count > 0);
    }

    private static bool Overtakes(OrderRow exit, OrderRow entry) =>
        // A leg of the waiting entry itself is what it waits for.
        exit.ParentId != entry.Id
        && (exit.Action == "flatten" || (Symbols.Same(exit.Symbol, entry.Symbol) && (exit.Action != "cancel" || entry.Type != "MARKET")))
        // A person who closes one position says nothing about the next signal.
        && exit.Intent is { PositionId: null, OrderId: null };
}
