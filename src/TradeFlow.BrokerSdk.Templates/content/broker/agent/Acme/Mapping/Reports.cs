using TradeFlow.BrokerSdk;

namespace Acme.Mapping;

/// <summary>The agent's words in the platform's.</summary>
internal static class Reports
{
    public static AccountSnapshot AccountOf(AgentReport report) =>
        new() { Currency = report.Currency, Balance = report.Balance, Equity = report.Equity, FreeMargin = report.FreeMargin };

    public static Instrument Of(AgentSymbol symbol)
    {
        // The platform's symbol has no suffix: EURUSD.a is EURUSD.
        var name = symbol.Symbol.Split('.')[0].ToUpperInvariant();
        return new Instrument
        {
            Symbol = name,
            BrokerSymbol = symbol.Symbol,
            TickSize = symbol.TickSize,
            TickValue = symbol.TickValue,
            QuantityStep = symbol.QuantityStep,
            MinQuantity = symbol.MinQuantity,
            MaxQuantity = symbol.MaxQuantity,
            ContractSize = symbol.ContractSize,
            // Six letters are two currencies. What else the broker has needs a table of its own.
            QuoteCurrency = name.Length == 6 ? name[3..] : null,
            QuantityUnit = QuantityUnit.Lots,
            AssetClass = name.Length == 6 ? "forex" : "other",
        };
    }

    public static PositionReport Of(AgentPosition position) => new()
    {
        BrokerPositionId = position.Ticket,
        ClientOrderId = Identity.Of(position.Comment),
        BrokerSymbol = position.Symbol,
        Side = position.Side,
        Quantity = position.Quantity,
        AveragePrice = position.OpenPrice,
        CurrentPrice = position.CurrentPrice,
        UnrealizedPnl = position.Profit,
        StopLoss = position.StopLoss,
        TakeProfit = position.TakeProfit,
        OpenedAt = position.OpenedAt,
    };

    public static OrderReport Of(AgentOrder order) => new()
    {
        BrokerOrderId = order.Ticket,
        ClientOrderId = Identity.Of(order.Comment),
        BrokerSymbol = order.Symbol,
        Side = order.Side,
        Type = order.Type,
        Status = OrderStatus.Working,
        Quantity = order.Quantity,
        Price = order.Price,
    };

    /// <summary>An order that has become a position.</summary>
    public static OrderReport FilledOf(AgentPosition position, string clientOrderId, AgentCommand? command) => new()
    {
        BrokerOrderId = position.Ticket,
        BrokerPositionId = position.Ticket,
        ClientOrderId = clientOrderId,
        BrokerSymbol = position.Symbol,
        Side = position.Side,
        Type = command?.Type ?? OrderType.Market,
        Status = OrderStatus.Filled,
        // What is open may be less than what was filled: a part may have been closed since.
        Quantity = command?.Quantity ?? position.Quantity,
        FilledQuantity = command?.Quantity ?? position.Quantity,
        AveragePrice = position.OpenPrice,
        CreatedAt = position.OpenedAt,
    };

    /// <summary>What a result says of an order that was opened or closed; <c>null</c> when it leaves that open.</summary>
    public static OrderReport? Of(AgentCommand command, AgentResult result)
    {
        var closes = command.Verb == "close";
        var report = new OrderReport
        {
            BrokerOrderId = OrderIdOf(command, result),
            ClientOrderId = command.Id,
            BrokerPositionId = closes ? command.Ticket : null,
            BrokerSymbol = command.Symbol,
            Side = closes == (command.Side is Side.Buy) ? Side.Sell : Side.Buy,
            Type = command.Type,
            Status = OrderStatus.Working,
            Quantity = command.Quantity,
            Price = command.Price,
        };
        if (Outcomes.IsRefused(command, result)) return report with { Status = OrderStatus.Rejected, RejectText = result.Message };
        if (result.Status != "done") return null;
        if (command.Type is OrderType.Limit or OrderType.Stop) return report;
        var filled = Math.Min(result.Quantity ?? command.Quantity, command.Quantity);
        return report with
        {
            Status = filled < command.Quantity ? OrderStatus.PartiallyFilled : OrderStatus.Filled,
            FilledQuantity = filled,
            AveragePrice = result.Price,
            BrokerPositionId = closes ? command.Ticket : result.Ticket,
            RealizedPnl = closes ? result.Profit : null,
        };
    }

    // A close may have no ticket of its own.
    public static string OrderIdOf(AgentCommand command, AgentResult result) => result.Ticket.Length > 0 ? result.Ticket : command.Id;
}
