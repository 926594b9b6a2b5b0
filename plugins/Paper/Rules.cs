using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Book;
using TradeFlow.Plugins.Paper.Market;

namespace TradeFlow.Plugins.Paper;

/// <summary>What this house accepts, and when a price has been reached.</summary>
internal static class Rules
{
    public static OrderOutcome.Rejected? Problem(PlaceOrder order, PaperInstrument instrument, Pricing pricing)
    {
        var rules = instrument.Instrument;
        if (order.Side is not (Side.Buy or Side.Sell))
            return new OrderOutcome.Rejected(RejectReason.Other, "side", "An order needs a side.");
        if (order.Quantity < rules.MinQuantity || order.Quantity > rules.MaxQuantity || order.Quantity % rules.QuantityStep != 0m)
            return new OrderOutcome.Rejected(RejectReason.InvalidQuantity, "quantity",
                $"A quantity of {rules.Symbol} is {rules.MinQuantity} to {rules.MaxQuantity} in steps of {rules.QuantityStep}.");
        if (order.Type is OrderType.Limit or OrderType.Stop && order.Price is null or <= 0m)
            return new OrderOutcome.Rejected(RejectReason.InvalidPrice, "price", "A limit or stop order needs a price.");
        if (order.Type is not (OrderType.Market or OrderType.Limit or OrderType.Stop))
            return new OrderOutcome.Rejected(RejectReason.Other, "type", "Market, limit and stop orders are taken.");
        var entry = order.Type == OrderType.Market ? order.ReferencePrice ?? pricing.Entry(instrument, order.Side) : order.Price ?? 0m;
        return StopProblem(order.Side, entry, order.StopLoss, order.TakeProfit);
    }

    /// <summary>Stops on the wrong side of a price. Zero stands for "none" and is right on any side.</summary>
    public static OrderOutcome.Rejected? StopProblem(Side side, decimal price, decimal? stopLoss, decimal? takeProfit)
    {
        var direction = side == Side.Buy ? 1m : -1m;
        if (stopLoss is { } stop and not 0m && (price - stop) * direction <= 0m)
            return new OrderOutcome.Rejected(RejectReason.StopTooClose, "stop_loss",
                $"The stop loss {stop} is on the wrong side of {price}.");
        if (takeProfit is { } target and not 0m && (target - price) * direction <= 0m)
            return new OrderOutcome.Rejected(RejectReason.StopTooClose, "take_profit",
                $"The take profit {target} is on the wrong side of {price}.");
        return null;
    }

    /// <summary>The price at which a new order is filled at once, or <c>null</c> when it waits.</summary>
    public static decimal? FillNow(PlaceOrder order, PaperInstrument instrument, Pricing pricing)
    {
        var market = pricing.Entry(instrument, order.Side);
        return order.Type == OrderType.Market ? order.ReferencePrice ?? market : Reached(order.Type, order.Side, order.Price, market);
    }

    /// <summary>A limit is filled at its price or better, a stop at the market once its price is touched.</summary>
    public static decimal? Reached(OrderType type, Side side, decimal? price, decimal market)
    {
        if (price is not { } level) return null;
        var above = market >= level;
        var below = market <= level;
        return (type, side) switch
        {
            (OrderType.Limit, Side.Buy) when below => market,
            (OrderType.Limit, Side.Sell) when above => market,
            (OrderType.Stop, Side.Buy) when above => market,
            (OrderType.Stop, Side.Sell) when below => market,
            _ => null,
        };
    }

    /// <summary>
    /// The price that a stop loss or take profit closes at: a stop at the market, which may be worse, a target at its own price.
    /// </summary>
    public static decimal? ReachedStop(PaperPosition position, decimal exit)
    {
        var direction = position.Side == Side.Buy ? 1m : -1m;
        if (position.StopLoss is { } stop && (exit - stop) * direction <= 0m) return exit;
        if (position.TakeProfit is { } target && (exit - target) * direction >= 0m) return target;
        return null;
    }
}
