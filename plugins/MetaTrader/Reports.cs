using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.MetaTrader;

/// <summary>From the terminal's words to the platform's.</summary>
internal static class Reports
{
    public static AccountSnapshot Account(AgentReport report) => new()
    {
        Currency = report.Currency,
        Balance = report.Balance,
        Equity = report.Equity,
        FreeMargin = report.FreeMargin,
        IsNetting = !report.Hedging,
    };

    public static PositionReport Position(AgentPosition position, string id, string? clientOrderId) => new()
    {
        BrokerPositionId = id,
        BrokerSymbol = position.Symbol,
        Side = position.Side,
        Quantity = position.Quantity,
        AveragePrice = position.OpenPrice,
        CurrentPrice = position.CurrentPrice,
        UnrealizedPnl = position.Profit,
        StopLoss = position.StopLoss,
        TakeProfit = position.TakeProfit,
        OpenedAt = position.OpenedAt,
        ClientOrderId = clientOrderId,
    };

    public static OrderReport Working(AgentOrder order, string? clientOrderId) => new()
    {
        BrokerOrderId = order.Ticket,
        ClientOrderId = clientOrderId,
        BrokerSymbol = order.Symbol,
        Side = order.Side,
        Type = order.Type,
        Status = OrderStatus.Working,
        Quantity = order.Quantity,
        Price = order.Price,
    };

    /// <summary>An order that has become a position.</summary>
    public static OrderReport Filled(
        AgentPosition position, string clientOrderId, decimal? ordered = null, OrderType type = OrderType.Market) => new()
        {
            BrokerOrderId = position.Ticket,
            BrokerPositionId = position.Ticket,
            ClientOrderId = clientOrderId,
            BrokerSymbol = position.Symbol,
            Side = position.Side,
            Type = type,
            // What is open may be less than what was filled: a part may have been closed since.
            Status = OrderStatus.Filled,
            Quantity = ordered ?? position.Quantity,
            FilledQuantity = ordered ?? position.Quantity,
            AveragePrice = position.OpenPrice,
            CreatedAt = position.OpenedAt,
        };

    /// <summary>What a result says of a command that opened or closed something; <c>null</c> when it leaves that open.</summary>
    public static OrderReport? Of(AgentCommand command, AgentResult result)
    {
        if (result.Status == "unknown" || Retcodes.IsUnclear(result.Code)) return null;
        var closes = command.Verb == "close";
        var report = new OrderReport
        {
            BrokerOrderId = result.Ticket.Length > 0 ? result.Ticket : command.Id,
            BrokerPositionId = closes ? command.Ticket : null,
            ClientOrderId = command.Id,
            BrokerSymbol = command.Symbol,
            Side = closes ? (command.Side == Side.Buy ? Side.Sell : Side.Buy) : command.Side,
            Type = command.Type,
            Status = OrderStatus.Rejected,
            Quantity = command.Quantity,
            Price = command.Price,
        };
        if (result.Status == "rejected") return Retcodes.IsSuccess(result.Code) && result.Code != 0
            ? null : report with { RejectText = Retcodes.Rejection(result).BrokerText };
        if (command.Type is OrderType.Limit or OrderType.Stop) return report with { Status = OrderStatus.Working };
        // 10008: the order was placed and its fill is not told yet.
        if (result.Code == 10008 && result.Price is null) return report with { Status = OrderStatus.Working };
        var filled = result.Quantity ?? command.Quantity;
        return report with
        {
            Status = filled < command.Quantity ? OrderStatus.PartiallyFilled : OrderStatus.Filled,
            FilledQuantity = Math.Min(filled, command.Quantity),
            AveragePrice = result.Price,
            BrokerPositionId = closes ? command.Ticket : result.Ticket.Length > 0 ? result.Ticket : null,
            RealizedPnl = closes ? result.Profit : null,
        };
    }
}
