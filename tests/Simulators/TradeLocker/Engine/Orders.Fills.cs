namespace TradeFlow.Simulators.TradeLocker.Engine;

// When an order is filled, and what becomes of it then.
internal sealed partial class Orders
{
    /// <summary>One beat: waiting market orders, limits, stops, legs, trailing stops, stop-outs.</summary>
    public void Beat()
    {
        foreach (var account in world.Accounts.Values)
        {
            if (account.Working.Count > 0)
                foreach (var order in account.Working.ToArray())
                    Try(account, order);
            StopOut(account);
        }
    }

    /// <summary>Fills the order if the market allows it now.</summary>
    public void Try(SimAccount account, SimOrder order)
    {
        if (order.Ended || order.FillAt > world.Now) return;
        if (order.Leg is not Leg.None && world.SessionOf(order.Listing.Market) is "closed") return;
        var quote = world.Prices[order.Listing.Market.Symbol];
        if (order.Trail is { } distance && order.Leg is Leg.StopLoss) Follow(order, quote, distance);
        var market = order.Buys ? quote.Ask : quote.Bid;
        var reached = order.Type switch
        {
            "limit" => order.Buys ? market <= order.Price : market >= order.Price,
            "stop" => order.Buys ? market >= order.StopPrice : market <= order.StopPrice,
            _ => true,
        };
        if (reached) Fill(account, order, market);
    }

    private static void Follow(SimOrder order, Shared.Quote quote, decimal distance) =>
        order.StopPrice = order.Buys ? Math.Min(order.StopPrice ?? decimal.MaxValue, quote.Ask + distance)
            : Math.Max(order.StopPrice ?? 0, quote.Bid - distance);

    private void Fill(SimAccount account, SimOrder order, decimal price)
    {
        if (!order.IsOpen)
        {
            FillClosing(account, order, price);
            return;
        }

        var qty = order.Qty - order.FilledQty;
        var partial = order.PartialRatio is { } ratio ? Math.Floor(order.Qty * ratio / Listing.LotStep) * Listing.LotStep : qty;
        order.PartialRatio = null;
        qty = Math.Min(qty, partial);
        if (qty > 0) Grow(account, order, qty, price);
        if (order.FilledQty == order.Qty) End(account, order, "Filled");
        // IOC: what is not filled at once is cancelled. The status alone does not tell that something was bought; filledQty does.
        else if (order.Validity is "IOC") End(account, order, "Cancelled");
        else
        {
            order.Touch(world.Now);
            order.FillAt = world.Now.AddMilliseconds(order.RestAfterMs);
        }
    }

    // A second fill of the same order adds to the position of the first.
    private void Grow(SimAccount account, SimOrder order, decimal qty, decimal price)
    {
        var position = account.Positions.Find(candidate => candidate.Id == order.PositionId);
        order.AvgPrice = ((order.AvgPrice ?? 0) * order.FilledQty + price * qty) / (order.FilledQty + qty);
        order.FilledQty += qty;
        if (position is null)
        {
            position = new SimPosition
            {
                Id = world.NextPosition(),
                Listing = order.Listing,
                Side = order.Side,
                Opened = world.Now,
                AvgPrice = price,
                Qty = qty,
                StrategyId = order.StrategyId,
                VisibleAt = order.VisibleAt,
            };
            account.Positions.Add(position);
            order.PositionId = position.Id;
        }
        else
        {
            position.AvgPrice = order.AvgPrice.Value;
            position.Qty += qty;
        }
        Record(account, order, position, qty, price);
        Protect(account, position, order);
    }

    private void Protect(SimAccount account, SimPosition position, SimOrder order)
    {
        var direction = position.Long ? 1 : -1;
        if (order.StopLoss is { } stop)
        {
            var level = order.StopLossType is "absolute" ? stop : position.AvgPrice - direction * stop;
            SetLeg(account, position, Leg.StopLoss, level, order.StopLossType is "trailingOffset" ? stop : order.Trail, order);
        }
        if (order.TakeProfit is { } target)
            SetLeg(account, position, Leg.TakeProfit,
                order.TakeProfitType is "absolute" ? target : position.AvgPrice + direction * target, null, order);
    }

    // A leg that exists keeps its id.
    private void SetLeg(SimAccount account, SimPosition position, Leg kind, decimal level, decimal? trail, SimOrder? opener)
    {
        var leg = kind is Leg.StopLoss ? position.StopLoss : position.TakeProfit;
        if (leg is null)
        {
            var now = world.Now;
            leg = new SimOrder
            {
                Id = world.NextOrder(),
                Listing = position.Listing,
                Side = position.Opposite,
                Type = kind is Leg.StopLoss ? "stop" : "limit",
                Validity = "GTC",
                Created = now,
                IsOpen = false,
                Leg = kind,
                PositionId = position.Id,
                StrategyId = world.Switches.LegsCarryStrategyId ? (opener?.StrategyId ?? position.StrategyId) : null,
                VisibleAt = position.VisibleAt,
            };
            account.Working.Add(leg);
            if (kind is Leg.StopLoss) position.StopLoss = leg;
            else position.TakeProfit = leg;
        }
        leg.Qty = position.Qty;
        leg.Trail = trail;
        leg.Touch(world.Now);
        if (kind is Leg.StopLoss) leg.StopPrice = level;
        else leg.Price = level;
    }

    private void FillClosing(SimAccount account, SimOrder order, decimal price)
    {
        if (account.Positions.Find(candidate => candidate.Id == order.PositionId) is not { } position)
        {
            End(account, order, "Cancelled");
            return;
        }

        var qty = Math.Min(order.Qty, position.Qty);
        var profit = valuation.PnL(account, position, qty, price);
        account.Balance += profit;
        account.RealizedToday += profit;
        position.Qty -= qty;
        (order.FilledQty, order.AvgPrice) = (qty, price);
        Record(account, order, position, qty, price);
        Detach(account, order);
        End(account, order, "Filled");
        foreach (var leg in new[] { position.StopLoss, position.TakeProfit }.OfType<SimOrder>())
        {
            leg.Qty = position.Qty;
            if (position.Qty == 0) End(account, leg, "Cancelled");
        }
        if (position.Qty == 0) account.Positions.Remove(position);
    }

    private void Record(SimAccount account, SimOrder order, SimPosition position, decimal qty, decimal price) =>
        account.Executions.Add(new SimExecution(world.NextExecution(), price, order.Side, world.Now, qty, order.Id, position.Id,
            order.Listing));

    // At half of the margin the broker closes the worst position itself.
    private void StopOut(SimAccount account)
    {
        if (account.Positions.Count == 0) return;
        var sums = valuation.Of(account);
        if (sums.Margin == 0 || sums.Equity > sums.Margin / 2) return;
        var worst = account.Positions.MinBy(position => valuation.OpenPnL(account, position));
        if (worst is not null) CloseNow(account, worst, worst.Qty, "stopout");
    }
}
