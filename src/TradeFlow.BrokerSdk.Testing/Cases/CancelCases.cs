using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class CancelCases
{
    private const string NoLimits = "The manifest does not declare limit orders.";
    private const string NoHttp = "The venue has no HTTP endpoint.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-D10", ConformanceLevel.L1, "A working order is cancelled", "A working buy limit.", "CancelAsync.",
            "Accepted; found as Canceled.", "It is no longer in the state.", Cancelled, NoLimits),
        Card("TC-D15", ConformanceLevel.L1, "Our id is enough to cancel", "A working buy limit.", "CancelAsync without the broker's id.",
            "Accepted.", "It is no longer in the state.", CancelledByOurId, "The manifest does not declare lookup by client order id."),
        Card("TC-D20", ConformanceLevel.L1, "Not found is Unknown", "Flat.", "CancelAsync of an id that the broker does not have.",
            "Unknown, or NotSent where nothing was sent.", "Neither Accepted nor Rejected: it may have been filled.",
            NotFoundIsUnknown, NoLimits),
        Card("TC-D30", ConformanceLevel.L1, "A filled order is not cancelled", "A filled market order.", "CancelAsync.",
            "Rejected or Unknown.", "The look-up still says Filled.", FilledStaysFilled, NoLimits),
        Card("TC-D40", ConformanceLevel.L2, "A cancel without an answer is Unknown", "A working buy limit; the answer is lost.",
            "CancelAsync.", "Unknown.", "One command left.", s => FaultAsync(s, HttpFault.ResetAfter), NoHttp),
        Card("TC-D45", ConformanceLevel.L2, "A cancel that a proxy answers is Unknown", "A working buy limit; 502 with a page.",
            "CancelAsync.", "Unknown.", "One command left.", s => FaultAsync(s, HttpFault.Page502), NoHttp),
        Card("TC-D50", ConformanceLevel.L2, "A cancel that reaches nobody is NotSent", "A working buy limit; nobody listens.",
            "CancelAsync.", "NotSent.", "The order still works.", NotSent, NoHttp),
        Card("TC-D60", ConformanceLevel.L1, "Recorded answers to a cancel", "Rows of outcomes*.json with the command cancel.",
            "Each row's answer to a CancelAsync.", "The row's outcome.", "Outcome, reason, code and words of every row.",
            s => Recordings.PlayAsync(s, "cancel"), "No row is about a cancel."),
    ];

    private static async Task<(IBrokerConnector Session, PlaceOrder Order, OrderOutcome.Accepted Accepted)> WorkingAsync(CaseStage s)
    {
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        var order = await s.AwayAsync(session);
        return (session, order, await s.AcceptedAsync(session, order));
    }

    private static async Task Cancelled(CaseStage s)
    {
        var (session, order, accepted) = await WorkingAsync(s);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
        RequireIs<OrderOutcome.Accepted>(outcome, "The cancel of a working order has to be accepted.");
        await GoneAsync(s, session);
    }

    private static async Task CancelledByOurId(CaseStage s)
    {
        SkipUnless(s.Manifest.Lookup.ByClientOrderId, "The manifest does not declare lookup by client order id.");
        var (session, order, _) = await WorkingAsync(s);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(order), s.Ct));
        RequireIs<OrderOutcome.Accepted>(outcome, "Our id has to be enough.");
        await GoneAsync(s, session);
    }

    private static Task<BrokerState> GoneAsync(CaseStage s, IBrokerConnector session) =>
        s.EventuallyAsync(async () => await s.StateAsync(session) is { OpenOrders.Count: 0 } state ? state : null,
            "A cancelled order has to leave the state.");

    private static async Task NotFoundIsUnknown(CaseStage s)
    {
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(s.NewId(), "999999999999", instrument.BrokerSymbol), s.Ct));
        Require(outcome is OrderOutcome.Unknown or OrderOutcome.NotSent,
            $"An order that is not found may have been filled; the outcome is {Tell(outcome)}.");
    }

    private static async Task FilledStaysFilled(CaseStage s)
    {
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        _ = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
        Require(outcome is not OrderOutcome.Accepted { Report: null or { Status: OrderStatus.Canceled } },
            "A filled order was told as cancelled.");
        _ = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
    }

    private static async Task FaultAsync(CaseStage s, HttpFault fault)
    {
        s.NeedsHttp();
        var (session, order, accepted) = await WorkingAsync(s);
        var mark = s.Http.Commands.Count;
        _ = s.Http.Arm(fault);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
        Require(s.Http.Disarm() > 0, "No cancel was sent.");
        RequireIs<OrderOutcome.Unknown>(outcome, "Nobody knows whether the cancel was done.");
        Require(s.CommandsSince(mark) == 1, $"{s.CommandsSince(mark)} commands left for one cancel.");
    }

    private static async Task NotSent(CaseStage s)
    {
        s.NeedsHttp();
        var (session, order, accepted) = await WorkingAsync(s);
        _ = s.Http.Arm(HttpFault.Refused);
        var outcome = await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
        s.Http.Disarm();
        RequireIs<OrderOutcome.NotSent>(outcome, "A refused connection is proven unsent.");
        Require((await s.StateAsync(session)).OpenOrders.Count == 1, "The order is gone.");
    }
}
