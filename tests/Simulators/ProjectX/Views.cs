using System.Text.Json.Serialization;

namespace TradeFlow.Simulators.ProjectX;

/// <summary>Objects as they go over the wire, the same in answers and in events.</summary>
internal static class Views
{
    public static object Of(SimAccount account) =>
        new { id = account.Id, name = account.Name, balance = account.Balance, canTrade = account.CanTrade, isVisible = account.IsVisible,
            simulated = true };

    public static object Of(Contract contract) => new
    {
        id = contract.Id, name = contract.Name, description = $"{contract.Product.Description}: {contract.Name}",
        tickSize = contract.Product.TickSize,
            tickValue = contract.Product.TickValue,
        activeContract = contract.Active, symbolId = contract.SymbolId,
    };

    public static object Of(SimOrder order) => new
    {
        id = order.Id, accountId = order.Account.Id, contractId = order.Contract.Id, symbolId = order.Contract.SymbolId,
        creationTimestamp = order.Created,
            updateTimestamp = order.Updated,
        status = (int)order.Status, type = order.Type, side = order.Side, size = order.Size, limitPrice = order.LimitPrice,
        stopPrice = order.StopPrice,
            fillVolume = order.FillVolume,
        filledPrice = order.FilledPrice, customTag = order.CustomTag,
    };

    public static object Of(SimPosition position) => new
    {
        id = position.Id, accountId = position.Account.Id, contractId = position.Contract.Id, contractDisplayName = position.Contract.Name,
            creationTimestamp = position.Created, type = position.Type,
        size = position.Size, averagePrice = position.AveragePrice,
    };
}

internal sealed record TradeView(long Id, int AccountId, string ContractId, DateTimeOffset CreationTimestamp, decimal Price,
    decimal? ProfitAndLoss, decimal Fees,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Commissions, int Side, int Size, bool Voided,
        long OrderId)
{
    /// <summary>As the hub tells it: commissions beside the fees.</summary>
    public static TradeView Of(SimTrade trade) => new(trade.Id, trade.Account.Id, trade.Contract.Id, trade.Created, trade.Price,
        trade.ProfitAndLoss, trade.Fees,
        trade.Commissions, trade.Side, trade.Size, Voided: false, trade.OrderId);

    public static TradeView Searched(SimTrade trade, SearchedCommissions commissions) => commissions switch
    {
        SearchedCommissions.Told => Of(trade),
        SearchedCommissions.InFees => Of(trade) with { Fees = trade.Fees + trade.Commissions, Commissions = null },
        _ => Of(trade) with { Commissions = null },
    };
}
