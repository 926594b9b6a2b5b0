namespace TradeFlow.Simulators.TradeLocker.Engine;

// What clients do to positions.
internal sealed partial class Orders
{
    /// <summary>Accepts the close of a position; quantity 0 means all of it. Being accepted is not being done.</summary>
    public Reply Close(SimAccount account, long positionId, decimal qty)
    {
        if (account.Positions.Find(candidate => candidate.Id == positionId) is not { } position)
            return Reply.Refused($"Position {positionId} not found.");
        if (world.Faults.Take("reject", "CLOSE_POSITION", account) is { } reject)
            return Reply.Refused(reject.Text ?? "Position cannot be closed.");
        if (rules.ClosingRefusal(position.Listing) is { } closed) return Reply.Refused(closed);
        var wanted = qty == 0 ? position.Qty : qty;
        if (OrderRules.Quantity(wanted) is { } refusal) return Reply.Refused(refusal);
        var leaving = account.Working.Where(order => order.PositionId == positionId && order is { IsOpen: false, Leg: Leg.None })
            .Sum(order => order.Qty);
        if (wanted > position.Qty - leaving) return Reply.Refused($"Quantity to close is more than what is open of position {positionId}.");

        var order = CloseNow(account, position, wanted, "close");
        return Reply.Booked(order.Id);
    }

    public Reply CloseAll(SimAccount account, long? tradableId)
    {
        foreach (var position in account.Positions.Where(position => tradableId is null || position.Listing.TradableId == tradableId)
            .ToArray())
            if (rules.ClosingRefusal(position.Listing) is null)
                CloseNow(account, position, position.Qty, "close");
        return Reply.Ok;
    }

    public Reply Change(SimAccount account, long positionId, PositionChange change)
    {
        if (account.Positions.Find(candidate => candidate.Id == positionId) is not { } position)
            return Reply.Refused($"Position {positionId} not found.");
        var quote = world.Prices[position.Listing.Market.Symbol];
        var market = position.Long ? quote.Bid : quote.Ask;
        var direction = position.Long ? 1 : -1;
        var refusal = (change.StopLoss.Present
            ? OrderRules.StopLoss(position.Long, market, change.StopLoss.Value, change.StopLossType) : null)
            ?? (change.TakeProfit.Present
                ? OrderRules.TakeProfit(position.Long, market, change.TakeProfit.Value, change.TakeProfitType) : null);
        if (refusal is not null) return Reply.Refused(refusal);

        if (change.StopLoss.Present)
        {
            if (change.StopLoss.Value is not { } stop) Drop(account, position.StopLoss);
            else if (change.StopLossType is "trailingOffset")
                SetLeg(account, position, Leg.StopLoss, market - direction * stop, stop, null);
            else SetLeg(account, position, Leg.StopLoss,
                change.StopLossType is "offset" ? position.AvgPrice - direction * stop : stop, null, null);
        }
        if (change.TrailingOffset is { Present: true, Value: > 0 and var trail })
            SetLeg(account, position, Leg.StopLoss, market - direction * trail, trail, null);
        if (change.TakeProfit.Present)
        {
            if (change.TakeProfit.Value is not { } target) Drop(account, position.TakeProfit);
            else SetLeg(account, position, Leg.TakeProfit,
                change.TakeProfitType is "offset" ? position.AvgPrice + direction * target : target, null, null);
        }
        return Reply.Ok;
    }

    private SimOrder CloseNow(SimAccount account, SimPosition position, decimal qty, string kind)
    {
        var now = world.Now;
        var order = new SimOrder
        {
            Id = world.NextOrder(),
            Listing = position.Listing,
            Side = position.Opposite,
            Type = "market",
            Validity = "IOC",
            Created = now,
            IsOpen = false,
            PositionId = position.Id,
            Qty = qty,
        };
        order.Touch(now);
        account.Working.Add(order);
        world.Book(account, order, kind);
        var wait = world.Faults.Take("close_lingers_ms", "CLOSE_POSITION", account)?.Ms ?? world.Switches.CloseDelayMs;
        if (wait > 0) order.FillAt = now.AddMilliseconds(wait);
        else Try(account, order);
        return order;
    }

    private void Drop(SimAccount account, SimOrder? leg)
    {
        if (leg is null) return;
        Detach(account, leg);
        End(account, leg, "Cancelled");
    }
}
