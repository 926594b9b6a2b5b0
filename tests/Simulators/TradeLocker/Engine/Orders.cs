namespace TradeFlow.Simulators.TradeLocker.Engine;

/// <summary>
/// The life of orders and positions on hedging accounts: an order that is filled leaves the working list for history and names its
/// position; every order in the opposite direction opens a position of its own. Callers hold the world's gate.
/// </summary>
internal sealed partial class Orders(World world)
{
    private readonly Valuation valuation = new(world);
    private readonly OrderRules rules = new(world, new Valuation(world));

    public Valuation Valuation => valuation;

    public Reply Place(SimAccount account, OrderRequest request, string kind = "open")
    {
        if (world.Faults.Take("reject", "PLACE_ORDER", account) is { } reject) return Reply.Refused(reject.Text
            ?? "Order was rejected by the liquidity provider.");
        var listing = Array.Find(world.Listings[account.User.Server], candidate => candidate.TradableId == request.TradableInstrumentId);
        if (listing is null) return Reply.Refused("Tradable instrument not found.");
        var id = world.NextOrder();
        if (rules.Refusal(account, request, listing, id) is { } words) return Reply.Refused(words);

        var now = world.Now;
        var order = new SimOrder
        {
            Id = id,
            Listing = listing,
            Side = request.Side,
            Type = request.Type,
            Validity = request.Validity,
            Created = now,
            IsOpen = true,
            StrategyId = request.StrategyId,
            Qty = request.Qty,
            Price = request.Type is "limit" ? request.Price : null,
            StopPrice = request.Type is "stop" ? request.StopPrice : null,
            StopLoss = request.StopLoss,
            StopLossType = request.StopLoss is null ? null : request.StopLossType ?? "absolute",
            TakeProfit = request.TakeProfit,
            TakeProfitType = request.TakeProfit is null ? null : request.TakeProfitType ?? "absolute",
            Trail = request.TrailingOffset,
        };
        if (world.Faults.Take("visible_after_ms", "PLACE_ORDER", account)?.Ms is { } lag) order.VisibleAt = now.AddMilliseconds(lag);
        if (world.Faults.Take("partial_fill", "PLACE_ORDER", account) is { } partial)
            (order.PartialRatio, order.RestAfterMs) = (partial.Ratio ?? 0.5m, partial.Ms ?? 1000);
        order.Touch(now);
        account.Working.Add(order);
        world.Book(account, order, kind);
        if (world.Faults.Take("refuse_after_accept", "PLACE_ORDER", account) is not null)
        {
            End(account, order, "Rejected");
            return Reply.Booked(id);
        }

        var wait = world.Faults.Take("fill_delay_ms", "PLACE_ORDER", account)?.Ms ?? world.Switches.FillDelayMs;
        if (order.Type is "market" && wait > 0) order.FillAt = now.AddMilliseconds(wait);
        else Try(account, order);
        return Reply.Booked(id);
    }

    public Reply Cancel(SimAccount account, long orderId)
    {
        if (account.Working.Find(order => order.Id == orderId) is { } working)
        {
            Detach(account, working);
            End(account, working, "Cancelled");
            return Reply.Ok;
        }
        return account.History.Find(order => order.Id == orderId) is { } final
            ? Reply.Refused($"Order {orderId} cannot be cancelled, its status is {final.Status}.")
            : Reply.Refused($"Order {orderId} not found.");
    }

    /// <summary>Cancels everything that works, the legs of open positions too.</summary>
    public Reply CancelAll(SimAccount account, long? tradableId)
    {
        foreach (var order in account.Working.Where(
            order => order.FillAt is null && (tradableId is null || order.Listing.TradableId == tradableId)).ToArray())
        {
            Detach(account, order);
            End(account, order, "Cancelled");
        }
        return Reply.Ok;
    }

    public Reply Change(SimAccount account, long orderId, OrderChange change)
    {
        if (account.Working.Find(candidate => candidate.Id == orderId) is not { } order)
            return Reply.Refused($"Order {orderId} not found.");
        var qty = change.Qty.Present ? change.Qty.Value ?? 0 : order.Qty;
        var price = change.Price is { Present: true, Value: > 0 } ? change.Price.Value : order.Price;
        var stopPrice = change.StopPrice is { Present: true, Value: > 0 } ? change.StopPrice.Value : order.StopPrice;
        var stopLoss = change.StopLoss.Present ? change.StopLoss.Value : order.StopLoss;
        var takeProfit = change.TakeProfit.Present ? change.TakeProfit.Value : order.TakeProfit;
        var stopLossType = change.StopLossType ?? order.StopLossType ?? "absolute";
        var takeProfitType = change.TakeProfitType ?? order.TakeProfitType ?? "absolute";
        var reference = price ?? stopPrice ?? 0;
        var refusal = OrderRules.Quantity(qty)
            ?? (order.Leg is Leg.None ? OrderRules.StopLoss(order.Buys, reference, stopLoss, stopLossType)
                ?? OrderRules.TakeProfit(order.Buys, reference, takeProfit, takeProfitType) : null);
        if (refusal is not null) return Reply.Refused(refusal);

        order.Qty = qty;
        order.Price = order.Type is "limit" ? price : null;
        order.StopPrice = order.Type is "stop" ? stopPrice : null;
        if (order.Leg is Leg.None)
        {
            (order.StopLoss, order.StopLossType) = (stopLoss, stopLoss is null ? null : stopLossType);
            (order.TakeProfit, order.TakeProfitType) = (takeProfit, takeProfit is null ? null : takeProfitType);
        }
        order.Touch(world.Now);
        Try(account, order);
        return Reply.Ok;
    }

    private void End(SimAccount account, SimOrder order, string status)
    {
        account.Working.Remove(order);
        (order.Status, order.Ended) = (status, true);
        order.Touch(world.Now);
        order.FillAt = null;
        if (world.Switches.HistoryLagMs > 0 && world.Now.AddMilliseconds(world.Switches.HistoryLagMs) is var shownAt
            && shownAt > order.VisibleAt) order.VisibleAt = shownAt;
        account.History.Add(order);
    }

    private static void Detach(SimAccount account, SimOrder leg)
    {
        if (leg.Leg is Leg.None || account.Positions.Find(position => position.Id == leg.PositionId) is not { } position) return;
        if (leg.Leg is Leg.StopLoss) position.StopLoss = null;
        else position.TakeProfit = null;
    }
}
