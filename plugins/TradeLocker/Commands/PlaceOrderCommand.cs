using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;
using TradeFlow.Plugins.TradeLocker.Session;

namespace TradeFlow.Plugins.TradeLocker.Commands;

/// <summary>POST of an order, once.</summary>
internal static class PlaceOrderCommand
{
    // The documents allow 31 characters, the vendor's client 32.
    private const int LongestStrategyId = 31;

    public static async Task<OrderOutcome> RunAsync(AccountSession session, PlaceOrder order, CancellationToken ct)
    {
        if (order.ClientOrderId.Length > LongestStrategyId)
            return new OrderOutcome.NotSent($"A client order id of {order.ClientOrderId.Length} characters is too long for TradeLocker.");
        Listing? listing;
        try
        {
            listing = await session.Catalogue.FirstAsync(order.Instrument.BrokerSymbol, ct);
        }
        catch (ConnectorException e)
        {
            return new OrderOutcome.NotSent(e.Message);
        }
        if (listing is not { TradeRoute: { } route })
            return new OrderOutcome.NotSent($"TradeLocker does not list {order.Instrument.BrokerSymbol} for trading on this account.");
        if (Body(order, listing.TradableId, route) is not { } body) return new OrderOutcome.NotSent(
            $"TradeLocker takes market, limit and stop orders; this one is {order.Type} at {order.Price?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no price"}.");
        try
        {
            var outcome = Outcomes.OfPlace(await session.Calls.PlaceOrderAsync(body, ct));
            if (outcome is OrderOutcome.Accepted accepted && order.Type is OrderType.Market)
                session.Placed.Add(accepted.BrokerOrderId, body.Qty);
            return outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return HttpOutcome.From(e);
        }
    }

    private static PlaceOrderBody? Body(PlaceOrder order, long tradableId, long route)
    {
        if (order.Type is not OrderType.Market && order.Price is not > 0) return null;
        var body = new PlaceOrderBody
        {
            TradableInstrumentId = tradableId,
            RouteId = route,
            Qty = order.Quantity,
            Side = OrderReports.WireSide(order.Side),
            Type = "market",
            Validity = "IOC",
            Price = 0,
            StopLoss = order.StopLoss,
            StopLossType = order.StopLoss is null ? null : "absolute",
            TakeProfit = order.TakeProfit,
            TakeProfitType = order.TakeProfit is null ? null : "absolute",
            StrategyId = order.ClientOrderId,
        };
        return order.Type switch
        {
            OrderType.Market => body,
            OrderType.Limit => body with { Type = "limit", Validity = "GTC", Price = order.Price.GetValueOrDefault() },
            OrderType.Stop => body with { Type = "stop", Validity = "GTC", StopPrice = order.Price },
            _ => null,
        };
    }
}
