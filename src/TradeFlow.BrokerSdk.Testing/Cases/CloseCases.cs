using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class CloseCases
{
    private const string NoHttp = "The venue has no HTTP endpoint.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-E10", ConformanceLevel.L1, "A long position is closed", "A long position.", "ClosePositionAsync.", "Accepted; flat.",
            "No position, no working order is left.", s => ClosedAsync(s, Side.Buy)),
        Card("TC-E12", ConformanceLevel.L1, "A short position is closed", "A short position.", "ClosePositionAsync.", "Accepted; flat.",
            "As TC-E10.", s => ClosedAsync(s, Side.Sell)),
        Card("TC-E20", ConformanceLevel.L1, "A part is closed and the rest stays", "A long position.",
            "ClosePositionAsync with half of it.", "Accepted; half is left.", "The same side, half the quantity.", PartClosed,
            "The manifest does not declare partialClose."),
        Card("TC-E30", ConformanceLevel.L1, "What is not there is not closed", "Flat.",
            "ClosePositionAsync of a position that the broker does not have.", "Rejected, NotSent or Unknown.",
            "Not Accepted; the account is still flat.", NothingToClose),
        Card("TC-E35", ConformanceLevel.L1, "Closing twice does not turn the position around", "A closed position.",
            "The same close again, with an id of its own.", "Anything but a trade.", "The account is still flat.", ClosedTwice),
        Card("TC-E40", ConformanceLevel.L2, "A close without an answer is Unknown", "A position; the answer is lost.",
            "ClosePositionAsync.", "Unknown.", "One command left; afterwards the account is flat.", LostClose, NoHttp),
        Card("TC-E45", ConformanceLevel.L2, "A close that is answered with an error is Unknown", "A position; 500 without words.",
            "ClosePositionAsync.", "Unknown.", "One command left.", s => FaultAsync(s, HttpFault.Error500Before), NoHttp),
        Card("TC-E50", ConformanceLevel.L2, "A close that reaches nobody is NotSent", "A position; nobody listens.", "ClosePositionAsync.",
            "NotSent.", "The position is still there.", NotSent, NoHttp),
        Card("TC-E60", ConformanceLevel.L1, "Recorded answers to a close", "Rows of outcomes*.json with the command close.",
            "Each row's answer to a ClosePositionAsync.", "The row's outcome.", "Outcome, reason, code and words of every row.",
            s => Recordings.PlayAsync(s, "close"), "No row is about a close."),
    ];

    private static async Task ClosedAsync(CaseStage s, Side side)
    {
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session, side);
        var outcome = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
        RequireIs<OrderOutcome.Accepted>(outcome, "The close of an open position has to be accepted.");
        var flat = await s.FlatAsync(session);
        Require(flat.OpenOrders.Count == 0, "A working order is left behind.");
    }

    private static async Task PartClosed(CaseStage s)
    {
        SkipUnless(s.Manifest.Capabilities.PartialClose, "The manifest does not declare partialClose.");
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        var half = position.Quantity / 2;
        var outcome = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument, half), s.Ct));
        RequireIs<OrderOutcome.Accepted>(outcome, "The close of a part has to be accepted.");
        var rest = await s.EventuallyAsync(async () => (await s.StateAsync(session)).Positions is [{ } only] && only.Quantity == half
            ? only : null, $"{half} has to be left.");
        Require(rest.Side == position.Side, "The rest is on the other side.");
    }

    private static async Task NothingToClose(CaseStage s)
    {
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        var nobody = new ClosePosition
        {
            ClientOrderId = s.NewId(), BrokerPositionId = "999999999999", Instrument = instrument, PositionSide = Side.Buy
        };
        var outcome = await OutcomeAsync(() => session.ClosePositionAsync(nobody, s.Ct));
        Require(outcome is not OrderOutcome.Accepted, "The close of nothing was accepted.");
        Require((await s.StateAsync(session)).Positions.Count == 0, "A position was opened by closing.");
    }

    private static async Task ClosedTwice(CaseStage s)
    {
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        var close = s.Closing(position, order.Instrument);
        _ = await OutcomeAsync(() => session.ClosePositionAsync(close, s.Ct));
        _ = await s.FlatAsync(session);
        _ = await OutcomeAsync(() => session.ClosePositionAsync(close with { ClientOrderId = s.NewId() }, s.Ct));
        Require((await s.StateAsync(session)).Positions.Count == 0, "The second close opened a position.");
    }

    private static async Task LostClose(CaseStage s)
    {
        var session = await FaultAsync(s, HttpFault.ResetAfter);
        _ = await s.FlatAsync(session);
    }

    private static async Task<IBrokerConnector> FaultAsync(CaseStage s, HttpFault fault)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        var mark = s.Http.Commands.Count;
        _ = s.Http.Arm(fault);
        var outcome = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
        Require(s.Http.Disarm() > 0, "No close was sent.");
        RequireIs<OrderOutcome.Unknown>(outcome, "Nobody knows whether the position was closed.");
        Require(s.CommandsSince(mark) == 1, $"{s.CommandsSince(mark)} commands left for one close.");
        return session;
    }

    private static async Task NotSent(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var (position, order, _) = await s.PositionAsync(session);
        _ = s.Http.Arm(HttpFault.Refused);
        var outcome = await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
        s.Http.Disarm();
        RequireIs<OrderOutcome.NotSent>(outcome, "A refused connection is proven unsent.");
        Require((await s.StateAsync(session)).Positions.Count == 1, "The position is gone.");
    }
}
