namespace TradeFlow.Simulators.ProjectX;

/// <summary>Objects as they go over the wire, the same in answers and in events.</summary>
internal static class Views
{
    public static object Of(SimAccount account) =>
        new { id = account.Id, name = account.Name, balance = account.Balance, canTrade = account.CanTrade, isVisible = account.IsVisible, simulated = true };

    public static object Of(Contract contract) => new
    {
        id = contract.Id, name = contract.Name, description = $"{contract.Product.Description}: {contract.Name}", tickSize = contract.Product.TickSize,
            tickValue = contract.Product.TickValue,
        activeContract = contract.Active, symbolId = contract.SymbolId,
    };

    public static object Of(SimOrder order) => new
    {
        id = order.Id, accountId = order.Account.Id, contractId = order.Contract.Id, symbolId = order.Contract.SymbolId, creationTimestamp = order.Created,
            updateTimestamp = order.Updated,
        status = (int)order.Status, type = order.Type, side = order.Side, size = order.Size, limitPrice = order.LimitPrice, stopPrice = order.StopPrice,
            fillVolume = order.FillVolume,
        filledPrice = order.FilledPrice, customTag = order.CustomTag,
    };

    public static object Of(SimPosition position) => new
    {
        id = position.Id, accountId = position.Account.Id, contractId = position.Contract.Id, contractDisplayName = position.Contract.Name,
            creationTimestamp = position.Created, type = position.Type,
        size = position.Size, averagePrice = position.AveragePrice,
    };

    public static object Of(SimTrade trade) => new
    {
        id = trade.Id, accountId = trade.Account.Id, contractId = trade.Contract.Id, creationTimestamp = trade.Created, price = trade.Price,
            profitAndLoss = trade.ProfitAndLoss, fees = trade.Fees,
        side = trade.Side, size = trade.Size, voided = false, orderId = trade.OrderId,
    };

    /// <summary>Trades on the hub carry commissions beside the fees.</summary>
    public static object OfHub(SimTrade trade) => new
    {
        id = trade.Id, accountId = trade.Account.Id, contractId = trade.Contract.Id, creationTimestamp = trade.Created, price = trade.Price,
            profitAndLoss = trade.ProfitAndLoss, fees = trade.Fees,
        commissions = 0m, side = trade.Side, size = trade.Size, voided = false, orderId = trade.OrderId,
    };
}
