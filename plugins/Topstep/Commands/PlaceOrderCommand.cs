using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Topstep.Http;
using TradeFlow.Plugins.Topstep.Mapping;
using TradeFlow.Plugins.Topstep.Session;

namespace TradeFlow.Plugins.Topstep.Commands;

/// <summary><c>Order/place</c>, once, with our id as the unique customTag and the stops as signed ticks from the entry.</summary>
internal static class PlaceOrderCommand
{
    public static async Task<OrderOutcome> RunAsync(AccountSession session, PlaceOrder order, CancellationToken ct)
    {
        if (Body(session.AccountId, order, out var problem) is not { } body) return new OrderOutcome.NotSent(problem);
        try
        {
            var outcome = Outcomes.OfPlace(await session.Calls.PlaceAsync(body, ct));
            // The ticker may have rolled since the list was read.
            if (outcome is OrderOutcome.Rejected { Reason: RejectReason.InstrumentNotTradable }) session.Catalogue.Forget();
            return outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
    }

    private static PlaceBody? Body(int accountId, PlaceOrder order, out string problem)
    {
        problem = "";
        if (order.Quantity != decimal.Truncate(order.Quantity) || order.Quantity is < 1 or > int.MaxValue)
            problem = "Topstep trades whole contracts.";
        else if (order.Type is not (OrderType.Market or OrderType.Limit or OrderType.Stop))
            problem = "Topstep takes market, limit and stop orders.";
        else if (order.Type is not OrderType.Market && order.Price is not > 0) problem = "A limit or stop order needs a price.";
        // The gateway counts stops in ticks from the fill. A pending order is filled at its price; for a market order it is the price that
        // the stops were computed from.
        var entry = order.Type is OrderType.Market ? order.ReferencePrice : order.Price;
        if ((order.StopLoss ?? order.TakeProfit) is not null && entry is not > 0)
            problem = "Topstep takes stops as a distance, and there is no price to count it from.";
        if (problem.Length > 0) return null;
        return new PlaceBody
        {
            AccountId = accountId,
            ContractId = order.Instrument.BrokerSymbol,
            Type = order.Type switch { OrderType.Limit => Wires.Limit, OrderType.Stop => Wires.Stop, _ => Wires.Market },
            Side = Wires.SideOf(order.Side),
            Size = (int)order.Quantity,
            LimitPrice = order.Type is OrderType.Limit ? order.Price : null,
            StopPrice = order.Type is OrderType.Stop ? order.Price : null,
            CustomTag = order.ClientOrderId,
            StopLossBracket = Bracket(order.StopLoss, entry, order.Instrument.TickSize, Wires.Stop),
            TakeProfitBracket = Bracket(order.TakeProfit, entry, order.Instrument.TickSize, Wires.Limit),
        };
    }

    // Level minus entry has the sign that the gateway wants: a long's stop is negative and its target positive, a short's the other way
    // round. That four ticks are the least, and on which side they must be, the gateway says in its own words.
    private static BracketBody? Bracket(decimal? level, decimal? entry, decimal tick, int type) =>
        level is { } at && entry is { } from
            ? new BracketBody((int)Math.Round((at - from) / tick, MidpointRounding.AwayFromZero), type) : null;
}
