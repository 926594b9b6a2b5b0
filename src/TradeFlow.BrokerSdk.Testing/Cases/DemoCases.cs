using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

/// <summary>L3: the way of an order on a demo account at the real broker. Each starts flat and ends flat, also when it fails.</summary>
internal static class DemoCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-A98", ConformanceLevel.L3, "The demo account connects", "A demo account.", "Log in; account, instrument, quote.",
            "Answers to all.", "Currency told, instrument tradable, 0 < bid ≤ ask.", ConnectsAsync),
        Card("TC-B98", ConformanceLevel.L3, "The smallest market order is filled, seen and closed", "Flat.", "A market order; close it.",
            "Accepted, Filled, a position, Accepted, flat.",
            "Quantity and side are right; our id finds the order where the manifest says so; nothing is left open.", TradesAsync),
        Card("TC-D98", ConformanceLevel.L3, "A working order is seen and cancelled", "Flat.",
            "A limit order far from the market; cancel it.", "Accepted, Working, Accepted, Canceled.",
            "It is found as Canceled; nothing is left working.", CancelsAsync, "The manifest does not declare limit orders."),
        Card("TC-H98", ConformanceLevel.L3, "The stream begins with the whole state", "Flat.", "StreamAsync.", "Snapshot.",
            "It is the first item.", StreamsAsync),
    ];

    private static async Task ConnectsAsync(CaseStage s)
    {
        var session = await s.OpenAsync();
        var account = await session.GetAccountAsync(s.Ct);
        Require(account.Currency.Length == 3, $"The currency is '{account.Currency}'.");
        var instrument = await s.InstrumentAsync(session);
        Require(instrument.IsTradable,
            $"{instrument.Symbol} cannot be traded now: {instrument.NotTradableReason} Name another in TRADEFLOW_DEMO_SYMBOL.");
        var quote = await session.GetQuoteAsync(instrument.BrokerSymbol, s.Ct);
        Require(quote.Bid > 0 && quote.Bid <= quote.Ask, $"Bid {quote.Bid}, ask {quote.Ask}.");
    }

    private static async Task TradesAsync(CaseStage s)
    {
        var session = await s.OpenAsync();
        await RequireFlatAsync(s, session);
        try
        {
            var order = await SmallestAsync(s, session);
            var accepted = await s.AcceptedAsync(session, order);
            var found = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
            Require(found.FilledQuantity == order.Quantity, $"{order.Quantity} was ordered, {found.FilledQuantity} is told as filled.");
            if (s.Manifest.Lookup.ByClientOrderId) await s.FoundAsync(session, s.Key(order), OrderStatus.Filled);
            var position = await s.EventuallyAsync(async () => (await s.StateAsync(session)).Positions
                .FirstOrDefault(open => open.BrokerSymbol == order.Instrument.BrokerSymbol), "The fill has to be seen as a position.");
            Require(position.Side == order.Side && position.Quantity == order.Quantity,
                $"The position is {position.Side} {position.Quantity}.");
            RequireIs<OrderOutcome.Accepted>(await OutcomeAsync(
                () => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct)), "The close has to be accepted.");
            await s.FlatAsync(session);
        }
        finally
        {
            await SweepAsync(s, session);
        }
    }

    private static async Task CancelsAsync(CaseStage s)
    {
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        await RequireFlatAsync(s, session);
        try
        {
            var smallest = await SmallestAsync(s, session);
            var quote = await session.GetQuoteAsync(smallest.Instrument.BrokerSymbol, s.Ct);
            // Far enough not to be filled, near enough for brokers that keep orders within a band of the market.
            var order = smallest with { Type = OrderType.Limit, Price = OnTick(quote.Bid * 0.98m, smallest.Instrument) };
            var accepted = await s.AcceptedAsync(session, order);
            var key = s.Key(order, accepted.BrokerOrderId);
            await s.FoundAsync(session, key, OrderStatus.Working);
            RequireIs<OrderOutcome.Accepted>(await OutcomeAsync(() => session.CancelAsync(key, s.Ct)), "The cancel has to be accepted.");
            await s.FoundAsync(session, key, OrderStatus.Canceled);
        }
        finally
        {
            await SweepAsync(s, session);
        }
    }

    private static async Task StreamsAsync(CaseStage s)
    {
        var session = await s.OpenAsync();
        await RequireFlatAsync(s, session);
        await foreach (var update in session.StreamAsync(s.Ct))
        {
            RequireIs<AccountUpdate.Snapshot>(update, "The first item is a Snapshot.");
            return;
        }
        Fail("The stream ended without an item.");
    }

    private static async Task<PlaceOrder> SmallestAsync(CaseStage s, IBrokerConnector session)
    {
        var instrument = await s.InstrumentAsync(session);
        return new PlaceOrder
        {
            ClientOrderId = s.NewId(), Instrument = instrument, Side = Side.Buy, Type = OrderType.Market, Quantity = instrument.MinQuantity
        };
    }

    // What somebody else has open there is not ours to close.
    private static async Task RequireFlatAsync(CaseStage s, IBrokerConnector session)
    {
        var state = await s.StateAsync(session);
        Require(state.Positions.Count == 0 && state.OpenOrders.Count == 0,
            $"The account has {state.Positions.Count} positions and {state.OpenOrders.Count} orders. Use one that is flat: the case opens and closes on it.");
    }

    // It began flat, so all of it is the case's own.
    private static async Task SweepAsync(CaseStage s, IBrokerConnector session)
    {
        var state = await s.StateAsync(session);
        foreach (var order in state.OpenOrders)
            await OutcomeAsync(() => session.CancelAsync(new OrderKey
            {
                ClientOrderId = order.ClientOrderId ?? "", BrokerOrderId = order.BrokerOrderId, BrokerSymbol = order.BrokerSymbol
            }, s.Ct));
        if (state.Positions.Count == 0) return;
        var instrument = await s.InstrumentAsync(session);
        foreach (var position in state.Positions)
            await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, instrument), s.Ct));
    }
}
