namespace TradeFlow.Simulators.ProjectX.Engine;

/// <summary>Why an order is rejected, in the observed words where there are some.</summary>
internal sealed class OrderRules(World world)
{
    private const int LeastTicks = 4;

    public string? Refusal(OrderRequest order, Contract contract)
    {
        if (!OrderTypes.All.Contains(order.Type)) return "invalid order type specified";
        if (order.Size <= 0) return "invalid order size specified";
        if (order.Side is not (0 or 1)) return "invalid order side specified";
        if (!world.IsOpen) return "Outside of trading hours";
        if ((order.StopLoss ?? order.TakeProfit) is not null
            && world.Switches.PositionBrackets) return "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets.";
        return Price(order, contract) ?? StopLoss(order) ?? TakeProfit(order);
    }

    public string? Price(OrderRequest order, Contract contract)
    {
        var price = order.Type switch { OrderTypes.Limit => order.LimitPrice, OrderTypes.Stop => order.StopPrice, OrderTypes.TrailingStop =>
            order.TrailPrice,
            _ => contract.Product.TickSize };
        if (price is not > 0) return "Invalid price. Price is required for the order type.";
        if (price % contract.Product.TickSize != 0) return "Invalid price. Price is not aligned to tick size.";
        var market = world.Prices[contract.Product.Ticker].Mid;
        return order.Type is OrderTypes.Limit or OrderTypes.Stop && (price > market * 1.2m || price < market * 0.8m)
            ? "Invalid price. Price is outside allowed range." : null;
    }

    private static string? StopLoss(OrderRequest order)
    {
        if (order.StopLoss is not { } bracket) return null;
        if (bracket.Type is not (OrderTypes.Stop or OrderTypes.TrailingStop)) return "Invalid stop loss type.";
        if (order.Side == 0 && bracket.Ticks >= 0)
            return $"Invalid stop loss ticks ({bracket.Ticks}). Ticks should be less than zero when longing.";
        if (order.Side == 1 && bracket.Ticks <= 0)
            return $"Invalid stop loss ticks ({bracket.Ticks}). Ticks should be greater than zero when shorting.";
        return Math.Abs(bracket.Ticks) < LeastTicks
            ? $"Invalid stop loss ticks ({bracket.Ticks}). Price should be at least {LeastTicks} ticks away." : null;
    }

    private static string? TakeProfit(OrderRequest order)
    {
        if (order.TakeProfit is not { } bracket) return null;
        if (bracket.Type is not OrderTypes.Limit) return "Invalid take profit type.";
        if (order.Side == 0 && bracket.Ticks <= 0)
            return $"Invalid take profit ticks ({bracket.Ticks}). Ticks should be greater than zero when longing.";
        if (order.Side == 1 && bracket.Ticks >= 0)
            return $"Invalid take profit ticks ({bracket.Ticks}). Ticks should be less than zero when shorting.";
        return Math.Abs(bracket.Ticks) < LeastTicks
            ? $"Invalid take profit ticks ({bracket.Ticks}). Price should be at least {LeastTicks} ticks away." : null;
    }
}
