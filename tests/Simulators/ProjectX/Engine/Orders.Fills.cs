using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Engine;

// When an order is filled, and what becomes of it then.
internal sealed partial class Orders
{
    public void Beat()
    {
        foreach (var account in world.Accounts.Values)
            foreach (var order in account.Orders.Where(order => order.Works).ToArray())
                Try(order);
    }

    private void Work(SimOrder order)
    {
        if (order.Type is not OrderTypes.Market && order.FillAt is null)
        {
            order.Status = Status.Open;
            Tell(order);
        }
        Try(order);
    }

    private void Try(SimOrder order)
    {
        if (!order.Works || order.FillAt > world.Now || !world.IsOpen) return;
        var quote = world.Prices[order.Contract.Product.Ticker];
        if (order.Type is OrderTypes.TrailingStop) Follow(order, quote);
        var market = order.Buys ? quote.Ask : quote.Bid;
        var reached = order.Type switch
        {
            OrderTypes.Limit or OrderTypes.JoinBid or OrderTypes.JoinAsk =>
                order.Buys ? market <= order.LimitPrice : market >= order.LimitPrice,
            OrderTypes.Stop or OrderTypes.TrailingStop => order.Buys ? market >= order.StopPrice : market <= order.StopPrice,
            _ => true,
        };
        if (reached) Fill(order, market);
    }

    // trailPrice is taken as a distance; sources disagree.
    private static void Follow(SimOrder order, Quote quote)
    {
        if (order.TrailPrice is not { } distance) return;
        order.StopPrice = order.Buys ? Math.Min(order.StopPrice ?? decimal.MaxValue, quote.Ask + distance)
            : Math.Max(order.StopPrice ?? 0, quote.Bid - distance);
    }

    private void Fill(SimOrder order, decimal price)
    {
        var size = order.PartialRatio is { } ratio ? Math.Max(1, (int)(order.Size * ratio)) : order.Left;
        order.PartialRatio = null;
        size = Math.Min(size, order.Left);
        order.FilledPrice = ((order.FilledPrice ?? 0) * order.FillVolume + price * size) / (order.FillVolume + size);
        order.FillVolume += size;
        order.Status = order.Left == 0 ? Status.Filled : Status.Open;
        order.FillAt = order.Left == 0 ? null : world.Now.AddMilliseconds(order.RestAfterMs);

        // A leg tells its own state first, an entry tells its trade first: so it was seen.
        if (order.Parent is not null) Tell(order);
        var position = Net(order, size, price);
        if (order.Parent is null) Tell(order);
        world.Broadcast.Position(position);
        world.Broadcast.Account(order.Account);

        if (order.Parent is { } parent)
            foreach (var sibling in parent.Legs.Where(leg => leg != order && leg.Status is (Status.Open or Status.Suspended)))
                End(sibling, Status.Cancelled);
        foreach (var leg in order.Legs.Where(leg => leg.Status is Status.Suspended)) Wake(leg, order.FilledPrice.Value);
    }

    private void Wake(SimOrder leg, decimal entry)
    {
        var level = entry + leg.BracketTicks * leg.Contract.Product.TickSize;
        level = Math.Round(level / leg.Contract.Product.TickSize) * leg.Contract.Product.TickSize;
        if (leg.Type is OrderTypes.Limit) leg.LimitPrice = level;
        else leg.StopPrice = level;
        if (leg.Type is OrderTypes.TrailingStop) leg.TrailPrice = Math.Abs(leg.BracketTicks) * leg.Contract.Product.TickSize;
        leg.Status = Status.Open;
        Tell(leg);
    }

    // One position per contract: what goes against it makes it smaller first, and the rest opens the other way.
    private SimPosition Net(SimOrder order, int size, decimal price)
    {
        var account = order.Account;
        if (account.Positions.TryGetValue(order.Contract.Id, out var position) && position.Long != order.Buys)
        {
            var closing = Math.Min(size, position.Size);
            var product = order.Contract.Product;
            var points = position.Long ? price - position.AveragePrice : position.AveragePrice - price;
            Record(order, closing, price, Math.Round(points / product.TickSize * product.TickValue * closing, 2));
            if (position.OpenedBy is { } opening) world.Broadcast.Trade(opening, isNew: false);
            position.Size -= closing;
            if (position.Size == 0) account.Positions.Remove(order.Contract.Id);
            if (size == closing) return position;
            world.Broadcast.Position(position);
            size -= closing;
            position = null;
        }

        var trade = Record(order, size, price, null);
        if (position is null)
        {
            position = new SimPosition
            {
                Id = world.NextPosition(), Account = account, Contract = order.Contract, Created = world.Now, Type = order.Buys ? 1 : 2,
                AveragePrice = price, OpenedBy = trade, VisibleAt = order.VisibleAt,
            };
            account.Positions[order.Contract.Id] = position;
        }
        position.AveragePrice = (position.AveragePrice * position.Size + price * size) / (position.Size + size);
        position.Size += size;
        return position;
    }

    private SimTrade Record(SimOrder order, int size, decimal price, decimal? profit)
    {
        var fees = order.Contract.Product.RoundTurnFee / 2 * size;
        var trade = new SimTrade(world.NextTrade(), order.Account, order.Contract, world.Now, price, profit, fees,
            Contracts.Commission * size, order.Side, size, order.Id);
        order.Account.Trades.Add(trade);
        order.Account.Balance += (profit ?? 0) - fees - trade.Commissions;
        world.Broadcast.Trade(trade, isNew: true);
        return trade;
    }
}
