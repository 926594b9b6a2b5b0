using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class MarketCases
{
    private const string NoSuchSymbol = "NOSUCHSYMBOL9";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-B10", ConformanceLevel.L1, "An instrument has sound rules", "A session.",
            "FindInstrumentsAsync with the platform's symbol.", "One or more instruments.",
            "Tick, step, minimum and contract size above zero; the minimum is on the step; the unit is the manifest's.", SoundInstrument),
        Card("TC-B15", ConformanceLevel.L1, "The broker's own symbol finds the same instrument", "The instrument of TC-B10.",
            "FindInstrumentsAsync with BrokerSymbol.", "Instruments.", "The same one is among them.", ByBrokerSymbol),
        Card("TC-B20", ConformanceLevel.L1, "An unknown symbol finds nothing", "A session.",
            "FindInstrumentsAsync with a symbol that nobody has.", "An empty list.", "Empty, no exception, no other instrument.",
            UnknownSymbol),
        Card("TC-B30", ConformanceLevel.L1, "A price has two sides and a time in UTC", "A session.", "GetQuoteAsync.", "A quote.",
            "0 < bid ≤ ask; the offset of At is zero; it is not older than a minute.", SoundQuote),
        Card("TC-B35", ConformanceLevel.L1, "No price is NotFound", "A session.", "GetQuoteAsync with a symbol that nobody has.",
            "ConnectorException.", "Its kind is NotFound.", NoQuote),
        Card("TC-B40", ConformanceLevel.L1, "The account has money in its currency", "A session.", "GetAccountAsync.", "A snapshot.",
            "Currency of three capital letters, the one that the log-in told.", SoundAccount),
        Card("TC-B50", ConformanceLevel.L1, "A market buy is filled once", "Flat.", "PlaceAsync.", "Accepted; found as Filled.",
            "One order at the venue; quantity, side, average price are right.", s => MarketOrderAsync(s, Side.Buy)),
        Card("TC-B52", ConformanceLevel.L1, "A market sell is filled once", "Flat.", "PlaceAsync.", "Accepted; found as Filled.",
            "As TC-B50, on the other side.", s => MarketOrderAsync(s, Side.Sell)),
        Card("TC-B55", ConformanceLevel.L1, "Our id comes back in every report", "Flat.", "A market order and a working one.",
            "Reports from the answer, the look-up, the state.", "Each report about an order of ours has its ClientOrderId.", OurIdComesBack,
            "The manifest declares clientOrderId none."),
        Card("TC-B60", ConformanceLevel.L1, "A fill is a position", "Flat.", "A market order.", "GetStateAsync shows the position.",
            "Symbol, side, quantity; an average price above zero; no working order is left.", FillIsPosition),
        Card("TC-B70", ConformanceLevel.L1, "A quantity off the step is never rounded", "Flat.",
            "A market order of one and a half steps above the minimum.", "Rejected or NotSent.", "Nothing else was booked.", NeverRounded),
        Card("TC-B80", ConformanceLevel.L1, "Stops go with the order as absolute prices",
            "Flat.", "A market order with stop loss and take profit.", "The position shows both.", "The same prices.", Brackets,
            "The manifest does not declare brackets."),
    ];

    private static async Task SoundInstrument(CaseStage s)
    {
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        Require(instrument.TickSize > 0, $"TickSize is {instrument.TickSize}.");
        Require(instrument.QuantityStep > 0, $"QuantityStep is {instrument.QuantityStep}.");
        Require(instrument.MinQuantity > 0 && instrument.MinQuantity % instrument.QuantityStep == 0,
            $"MinQuantity {instrument.MinQuantity} is not on the step {instrument.QuantityStep}.");
        Require(instrument.MaxQuantity is null || instrument.MaxQuantity >= instrument.MinQuantity, "MaxQuantity is below MinQuantity.");
        Require(instrument.ContractSize > 0, $"ContractSize is {instrument.ContractSize}.");
        Require(instrument.IsTradable, $"{instrument.Symbol} has to be tradable on the venue double: {instrument.NotTradableReason}");
        var unit = s.Manifest.Capabilities.QuantityUnit;
        Require(instrument.QuantityUnit is not QuantityUnit.Unknown, "QuantityUnit is not told.");
        Require(string.Equals(instrument.QuantityUnit.ToString(), unit, StringComparison.OrdinalIgnoreCase),
            $"QuantityUnit is {instrument.QuantityUnit}, the manifest says {unit}.");
    }

    private static async Task ByBrokerSymbol(CaseStage s)
    {
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        var again = await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = instrument.BrokerSymbol }, s.Ct);
        Require(again.Any(other => other.BrokerSymbol == instrument.BrokerSymbol), $"{instrument.BrokerSymbol} does not find itself.");
    }

    private static async Task UnknownSymbol(CaseStage s)
    {
        var session = await s.OpenAsync();
        var found = await session.FindInstrumentsAsync(new InstrumentQuery { Symbol = NoSuchSymbol }, s.Ct);
        Require(found.Count == 0, $"{NoSuchSymbol} found {string.Join(", ", found.Select(instrument => instrument.BrokerSymbol))}.");
    }

    private static async Task SoundQuote(CaseStage s)
    {
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        var quote = await session.GetQuoteAsync(instrument.BrokerSymbol, s.Ct);
        Require(quote.Bid > 0 && quote.Bid <= quote.Ask, $"Bid {quote.Bid} and ask {quote.Ask} are no prices.");
        Require(quote.At.Offset == TimeSpan.Zero, "At is not UTC.");
        Require((s.Clock.GetUtcNow() - quote.At).Duration() < TimeSpan.FromMinutes(1), "At is not the time of the price.");
    }

    private static async Task NoQuote(CaseStage s)
    {
        var session = await s.OpenAsync();
        try
        {
            var quote = await session.GetQuoteAsync(NoSuchSymbol, s.Ct);
            Fail($"{NoSuchSymbol} has a price: {quote.Bid}.");
        }
        catch (ConnectorException e)
        {
            Require(e.Kind is ConnectorErrorKind.NotFound, $"The kind is {e.Kind}.");
        }
    }

    private static async Task SoundAccount(CaseStage s)
    {
        var connected = await s.LogInAsync(s.Plugin.CreateFactory());
        if (connected.Session is { } first) s.Keep(first);
        var account = await (await s.OpenAsync()).GetAccountAsync(s.Ct);
        Require(account.Currency.Length == 3 && account.Currency.All(char.IsAsciiLetterUpper),
            $"'{account.Currency}' is no ISO 4217 code.");
        Require(connected.Accounts.Any(listed => listed.Currency == account.Currency),
            $"The log-in told another currency than {account.Currency}.");
    }

    private static async Task MarketOrderAsync(CaseStage s, Side side)
    {
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session, side);
        var mark = s.Http.Commands.Count;
        var accepted = await s.AcceptedAsync(session, order);
        Require(accepted.BrokerOrderId.Length > 0, "Accepted has no id of the broker.");
        var report = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        Require(report.Side == side, $"The side is {report.Side}.");
        Require(report.Quantity == order.Quantity && report.FilledQuantity == order.Quantity,
            $"{order.Quantity} was ordered; the report says {report.FilledQuantity} of {report.Quantity}.");
        Require(report.AveragePrice > 0, "A filled order has an average price.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 1, atLeast: 1);
        Require(!s.SpeaksHttp || s.CommandsSince(mark) <= 1, $"{s.CommandsSince(mark)} order commands left for one order.");
    }

    private static async Task OurIdComesBack(CaseStage s)
    {
        SkipUnless(s.Manifest.ClientOrderId.Mode is not "none", "The manifest declares clientOrderId none.");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        RequireOurs(accepted.Report, order, "the answer");
        RequireOurs(await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled), order, "the look-up");
        if (!s.Manifest.Capabilities.OrderTypes.Contains("limit")) return;
        var away = await s.AwayAsync(session);
        var working = await s.AcceptedAsync(session, away);
        RequireOurs(working.Report, away, "the answer of a working order");
        var state = await s.StateAsync(session);
        RequireOurs(state.OpenOrders.FirstOrDefault(open => open.BrokerOrderId == working.BrokerOrderId), away, "the state");
    }

    private static void RequireOurs(OrderReport? report, PlaceOrder order, string where) =>
        Require(report is null || report.ClientOrderId == order.ClientOrderId,
            $"The report of {where} has the client order id '{report?.ClientOrderId}' instead of '{order.ClientOrderId}'.");

    private static async Task FillIsPosition(CaseStage s)
    {
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        Require(position.Side is Side.Buy, $"The side is {position.Side}.");
        Require(position.Quantity == order.Quantity, $"{order.Quantity} was bought, the position has {position.Quantity}.");
        Require(position.AveragePrice > 0, "A position has an average price.");
        Require(position.BrokerPositionId.Length > 0, "A position needs an id.");
        Require((await s.StateAsync(session)).OpenOrders.Count == 0, "A filled market order leaves no working order.");
    }

    private static async Task NeverRounded(CaseStage s)
    {
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var odd = order with { Quantity = order.Instrument.MinQuantity + (order.Instrument.QuantityStep * 1.5m) };
        var outcome = await s.PlaceAsync(session, odd);
        Require(outcome is OrderOutcome.Rejected or OrderOutcome.NotSent,
            $"A quantity of {odd.Quantity} with a step of {order.Instrument.QuantityStep} was answered with {Tell(outcome)}.");
        await s.RequireBookedAsync(odd.ClientOrderId, atMost: 0, atLeast: 0);
        Require((await s.StateAsync(session)).Positions.Count == 0, "Another quantity was traded.");
    }

    private static async Task Brackets(CaseStage s)
    {
        SkipUnless(s.Manifest.Capabilities.Brackets, "The manifest does not declare brackets.");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var quote = await session.GetQuoteAsync(order.Instrument.BrokerSymbol, s.Ct);
        order = order with { StopLoss = OnTick(quote.Bid * 0.95m, order.Instrument), TakeProfit = OnTick(quote.Ask * 1.05m,
            order.Instrument), ReferencePrice = quote.Ask };
        _ = await s.AcceptedAsync(session, order);
        var seen = await s.EventuallyAsync(
            async () => (await s.StateAsync(session)).Positions.FirstOrDefault(position => position.StopLoss is not null
                && position.TakeProfit is not null), "The position has to show its stop loss and its take profit.");
        Require(seen.StopLoss == order.StopLoss && seen.TakeProfit == order.TakeProfit,
            $"{order.StopLoss} and {order.TakeProfit} were ordered; the position shows {seen.StopLoss} and {seen.TakeProfit}.");
    }
}
