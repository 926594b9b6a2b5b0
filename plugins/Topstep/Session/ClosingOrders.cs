using System.Globalization;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>
/// The order that is a close of ours. The gateway takes no id of ours with a close, so its order is known again by contract, side, size and
/// place in the order of ids. After a restart the position tells: a position that is gone or smaller was closed.
/// </summary>
internal static class ClosingOrders
{
    private static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    private static readonly CloseMatch<WireOrder> Match = new(order => Wires.IdOf(order.Id), Fits,
        order => Wires.StatusOf(order) is OrderStatus.Filled);

    /// <summary>The order among those that are listed.</summary>
    public static WireOrder? Claim(AccountSession session, SentClose close, IEnumerable<WireOrder> orders) =>
        session.Closes.Claim(close, orders.OrderBy(order => order.Id), Match);

    /// <summary>
    /// The order, made from trades of orders that are not listed. Without the size of the close nothing tells that its trades are complete.
    /// </summary>
    public static WireOrder? Claim(AccountSession session, SentClose close, IEnumerable<WireTrade> unlisted) => close.Quantity is { } size
        ? Claim(session, close, unlisted.Where(trade => Fits(close, trade)).GroupBy(trade => trade.OrderId)
            .Where(own => own.Sum(trade => trade.Size) == size)
            .Select(own => Order(close, [.. own])))
        : null;

    private static WireOrder Order(SentClose close, IReadOnlyList<WireTrade> trades) => new()
    {
        Id = trades[0].OrderId, ContractId = close.BrokerSymbol!, AccountId = trades[0].AccountId, Type = Wires.Market,
        Side = trades[0].Side, Status = Wires.Filled, Size = trades.Sum(trade => trade.Size), FillVolume = trades.Sum(trade => trade.Size),
        CreationTimestamp = trades.Min(trade => trade.CreationTimestamp),
    };

    private static bool Fits(SentClose close, WireTrade trade) =>
        trade.ContractId == close.BrokerSymbol && trade is { ProfitAndLoss: not null, Voided: not true }
        && Wires.SideOf(trade.Side) != close.PositionSide
        && trade.CreationTimestamp >= close.SentAt - ClockError;

    private static bool Fits(SentClose close, WireOrder order) =>
        order.ContractId == close.BrokerSymbol
        && order.Type is Wires.Market
        && Wires.SideOf(order.Side) != close.PositionSide
        && !Wires.IsOurs(order)
        && order.Id > close.After
        && (close.Quantity is not { } size || order.Size == size)
        && (order.CreationTimestamp is not { } created || created >= close.SentAt - ClockError);
}
