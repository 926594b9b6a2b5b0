using System.Globalization;

namespace TradeFlow.Simulators.TradeLocker.Engine;

/// <summary>
/// What the broker refuses, in its own words where they are known (closed session, close-only, order type, quantity, stop price, margin).
/// The other texts are ours: no record of the real ones was at hand.
/// </summary>
internal sealed class OrderRules(World world, Valuation valuation)
{
    public const string Closed = "Order cannot be created since trading out of session is forbidden.";
    public const string CloseOnly = "Order cannot be created. Only positions closing is allowed";
    public const string TypeNotAllowed = "Order cannot be created since order type is not allowed for current session.";
    public const string QtyNotPositive = "{qty=[must be greater than 0]}";
    public const string StopLossInvalid = "SL price is not valid for the order.";
    public const string TakeProfitInvalid = "TP price is not valid for the order.";

    public string? Refusal(SimAccount account, OrderRequest order, Listing listing, long orderId)
    {
        var quote = world.Prices[listing.Market.Symbol];
        var market = order.Buys ? quote.Ask : quote.Bid;
        var price = order.Type switch { "limit" => order.Price ?? 0, "stop" => order.StopPrice ?? 0, _ => market };
        return Form(order, listing)
            ?? Quantity(order.Qty)
            ?? Session(listing, order.Type)
            ?? (price <= 0 ? $"{{{(order.Type is "stop" ? "stopPrice" : "price")}=[must be greater than 0]}}" : null)
            ?? StopLoss(order.Buys, order.Type is "market" ? (order.Buys ? quote.Bid : quote.Ask) : price, order.StopLoss,
                order.StopLossType)
            ?? TakeProfit(order.Buys, price, order.TakeProfit, order.TakeProfitType)
            ?? Margin(account, order, listing, price, orderId);
    }

    public static string? Quantity(decimal qty) => qty switch
    {
        <= 0 => QtyNotPositive,
        < Listing.MinLot => $"Order quantity {Text(qty)} is less than the minimum of {Text(Listing.MinLot)}.",
        > Listing.MaxLot => $"Order quantity {Text(qty)} is more than the maximum of {Text(Listing.MaxLot)}.",
        _ when qty % Listing.LotStep != 0 => $"Order quantity {Text(qty)} is not a multiple of the lot step {Text(Listing.LotStep)}.",
        _ => null,
    };

    public string? ClosingRefusal(Listing listing) => world.SessionOf(listing.Market) is "closed" ? Closed : null;

    public static string? StopLoss(bool buys, decimal reference, decimal? value, string? type) => value switch
    {
        null => null,
        <= 0 => StopLossInvalid,
        _ when type is "offset" or "trailingOffset" => null,
        _ => (buys ? value < reference : value > reference) ? null : StopLossInvalid,
    };

    public static string? TakeProfit(bool buys, decimal reference, decimal? value, string? type) => value switch
    {
        null => null,
        <= 0 => TakeProfitInvalid,
        _ when type is "offset" => null,
        _ => (buys ? value > reference : value < reference) ? null : TakeProfitInvalid,
    };

    private static string? Form(OrderRequest order, Listing listing) => order switch
    {
        { Side: not ("buy" or "sell") } => "{side=[must be buy or sell]}",
        { Type: not ("market" or "limit" or "stop") } => "{type=[must be market, limit or stop]}",
        { Type: "market", Validity: not "IOC" } or { Type: not "market", Validity: not "GTC" } =>
            "Order validity is not allowed for the order type.",
        { StrategyId.Length: > 32 } => "{strategyId=[length must be between 0 and 32]}",
        { StopLossType: not (null or "absolute" or "offset" or "trailingOffset") } =>
            "{stopLossType=[must be absolute, offset or trailingOffset]}",
        { TakeProfitType: not (null or "absolute" or "offset") } => "{takeProfitType=[must be absolute or offset]}",
        _ when order.RouteId != listing.TradeRoute => "Route is not valid for the order.",
        _ => null,
    };

    private string? Session(Listing listing, string type) => world.SessionOf(listing.Market) switch
    {
        "closed" => Closed,
        "close_only" => CloseOnly,
        "market_only" when type is not "market" => TypeNotAllowed,
        _ => null,
    };

    private string? Margin(SimAccount account, OrderRequest order, Listing listing, decimal price, long orderId) =>
        valuation.Margin(account, listing, order.Qty, price) <= valuation.Of(account).Available
            ? null
            : $"Not enough margin to create Order #{orderId} {(order.Buys ? "Buy" : "Sell")} {Text(order.Qty)} {listing.Name} Price {Text(price)}";

    private static string Text(decimal value) => value.ToString("0.#############", CultureInfo.InvariantCulture);
}
