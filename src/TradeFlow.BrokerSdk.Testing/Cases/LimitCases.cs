using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class LimitCases
{
    private const string NoLimits = "The manifest does not declare limit orders.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-C10", ConformanceLevel.L1, "A limit order away from the market works", "Flat.", "A buy limit far below.",
            "Accepted; Working in the state.", "Type, price and quantity are right; nothing is filled.",
            s => WorksAsync(s, OrderType.Limit), NoLimits),
        Card("TC-C15", ConformanceLevel.L1, "A stop order away from the market works", "Flat.", "A buy stop far above.",
            "Accepted; Working in the state.", "As TC-C10.", s => WorksAsync(s, OrderType.Stop),
            "The manifest does not declare stop orders."),
        Card("TC-C20", ConformanceLevel.L1, "A limit order is filled when its price comes", "A working buy limit.",
            "The price falls to it.", "Filled.", "At its price or better; a position is there.", FilledWhenReached,
            "The venue double does not declare Prices."),
        Card("TC-C30", ConformanceLevel.L1, "A part of a fill is told as a part", "The venue fills half of the order.",
            "The price falls to a buy limit.", "PartiallyFilled, or Canceled with a part.", "FilledQuantity is the half; it is not Filled.",
            PartialFill, "The venue double does not declare PartialFills."),
        Card("TC-C40", ConformanceLevel.L1, "A working order is changed in place", "A working buy limit.",
            "ModifyAsync with another price.", "Accepted; Working at the new price.", "One order, the new price.", ChangedInPlace,
            "The manifest does not declare modify."),
        Card("TC-C45", ConformanceLevel.L1, "Modify is there exactly when it is declared", "A session.",
            "The session is asked for IModifyOrders.", "—", "Declared and there, or neither.", ModifyAsDeclared),
        Card("TC-C50", ConformanceLevel.L1, "A limit order without a price is no market order", "Flat.",
            "A limit order whose price is missing.", "Rejected or NotSent.", "Nothing was booked.", NoPriceNoOrder, NoLimits),
    ];

    private static async Task WorksAsync(CaseStage s, OrderType type)
    {
        s.NeedsOrderType(type is OrderType.Limit ? "limit" : "stop");
        var session = await s.OpenAsync();
        var order = await s.AwayAsync(session, type);
        var accepted = await s.AcceptedAsync(session, order);
        var open = await s.EventuallyAsync(
            async () => (await s.StateAsync(session)).OpenOrders.FirstOrDefault(open => open.BrokerOrderId == accepted.BrokerOrderId),
            "A working order has to be in the state.");
        Require(open.Status is OrderStatus.Working, $"The status is {open.Status}.");
        Require(open.Type == type && open.Price == order.Price && open.Quantity == order.Quantity && open.Side == order.Side,
            $"{order.Side} {order.Quantity} {type} at {order.Price} was ordered; the state says {open.Side} {open.Quantity} {open.Type} at {open.Price}.");
        Require(open.FilledQuantity == 0, "Nothing can be filled.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 1, atLeast: 1);
    }

    private static async Task FilledWhenReached(CaseStage s)
    {
        s.NeedsOrderType("limit");
        s.NeedsPower(VenuePowers.Prices);
        var session = await s.OpenAsync();
        var order = await s.AwayAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        await FallToAsync(s, order);
        var report = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        Require(report.AveragePrice <= order.Price, $"A buy limit at {order.Price} was filled at {report.AveragePrice}.");
    }

    private static async Task PartialFill(CaseStage s)
    {
        s.NeedsOrderType("limit");
        s.NeedsPower(VenuePowers.Prices | VenuePowers.PartialFills);
        var session = await s.OpenAsync();
        var order = await s.AwayAsync(session);
        await s.Venue.FillPartOfNextAsync(s.Ct);
        var accepted = await s.AcceptedAsync(session, order);
        await FallToAsync(s, order);
        var report = await s.EventuallyAsync(
            async () => await session.FindOrderAsync(s.Key(order, accepted.BrokerOrderId),
                s.Ct) is OrderLookup.Found { Report: { FilledQuantity: > 0 } or { Status: OrderStatus.Filled } } found ? found : null,
            "A part of the order has to be seen as filled.");
        Require(report.Report.Status is OrderStatus.PartiallyFilled or OrderStatus.Canceled,
            $"Half was filled; the status is {report.Report.Status}.");
        Require(report.Report.FilledQuantity == order.Quantity / 2,
            $"{order.Quantity / 2} was filled; the report says {report.Report.FilledQuantity}.");
    }

    private static Task FallToAsync(CaseStage s, PlaceOrder order) =>
        s.Venue.SetPriceAsync(order.Price!.Value - order.Instrument.TickSize, order.Price.Value, s.Ct); // AwayAsync sets a price

    private static async Task ChangedInPlace(CaseStage s)
    {
        SkipUnless(s.Manifest.Capabilities.Modify, "The manifest does not declare modify.");
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        if (session is not IModifyOrders modify) return; // TC-C45 says so
        var order = await s.AwayAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        var price = OnTick(order.Price!.Value * 0.99m, order.Instrument); // AwayAsync sets a price
        var outcome = await OutcomeAsync(
            () => modify.ModifyAsync(new ModifyOrder { Order = s.Key(order, accepted.BrokerOrderId), Price = price }, s.Ct));
        RequireIs<OrderOutcome.Accepted>(outcome, "A change of price has to be accepted.");
        var open = await s.EventuallyAsync(async () => (await s.StateAsync(session)).OpenOrders is [{ } only] && only.Price == price
            ? only : null, $"One working order at {price} has to be seen.");
        Require(open.Quantity == order.Quantity, "The quantity changed too.");
    }

    private static async Task ModifyAsDeclared(CaseStage s)
    {
        var session = await s.OpenAsync();
        var declared = s.Manifest.Capabilities.Modify;
        Require(declared == session is IModifyOrders, declared ? "The manifest declares modify; the session is no IModifyOrders."
            : "The session is IModifyOrders; the manifest does not declare modify.");
    }

    private static async Task NoPriceNoOrder(CaseStage s)
    {
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session) with { Type = OrderType.Limit };
        var outcome = await s.PlaceAsync(session, order);
        Require(outcome is OrderOutcome.Rejected or OrderOutcome.NotSent, $"It was answered with {Tell(outcome)}.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 0, atLeast: 0);
    }
}
