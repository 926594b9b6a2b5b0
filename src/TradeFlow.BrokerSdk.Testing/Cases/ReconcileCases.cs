using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class ReconcileCases
{
    private const string NoHttp = "The venue has no HTTP endpoint.";
    private const string NotByOurId = "The manifest does not declare lookup by client order id.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-G10", ConformanceLevel.L2, "An order whose answer was lost is found by our id",
            "The venue booked the order, the answer was lost.", "FindOrderAsync without the broker's id.", "Found, Filled.",
            "Our id is in the report.", LostOrderIsFound, NotByOurId),
        Card("TC-G15", ConformanceLevel.L1, "An order is found by the broker's id", "A filled order.",
            "FindOrderAsync with the broker's id.", "Found.", "The same id.", ByBrokerId,
            "The manifest does not declare lookup by broker order id."),
        Card("TC-G20", ConformanceLevel.L1, "A closed order is found", "A cancelled buy limit.", "FindOrderAsync.", "Found, Canceled.",
            "Nothing is filled.", ClosedOrderIsFound, "The manifest does not declare lookup of closed orders."),
        Card("TC-G30", ConformanceLevel.L1, "Absence is conclusive exactly where the manifest says so",
            "An id that was never sent, after the settle time.", "FindOrderAsync.", "Absent.",
            "Conclusive when closed orders are looked up by our id, otherwise not.", AbsenceAsDeclared),
        Card("TC-G35", ConformanceLevel.L1, "An accepted order is never conclusively absent", "An order that was accepted a moment ago.",
            "FindOrderAsync at once.", "Found, or Absent.", "Not Absent(Conclusive).", AcceptedIsNeverAbsent),
        Card("TC-G40", ConformanceLevel.L2, "A look-up that fails is no absence", "Every read is answered with 503.", "FindOrderAsync.",
            "ConnectorException.", "Neither Found nor Absent.", s => FailedReadAsync(s, HttpFault.Busy503, LookUpAsync), NoHttp),
        Card("TC-G42", ConformanceLevel.L2, "A look-up that cannot be read is no absence", "Every read is answered with a page.",
            "FindOrderAsync.", "ConnectorException.", "Neither Found nor Absent.",
            s => FailedReadAsync(s, HttpFault.HtmlPage, LookUpAsync), NoHttp),
        Card("TC-G45", ConformanceLevel.L2, "A state that cannot be read is not flat",
            "A position; every read is answered with 503.", "GetStateAsync.", "ConnectorException.", "No state.",
            s => FailedReadAsync(s, HttpFault.Busy503, async (stage, session, _) => await stage.StateAsync(session)), NoHttp),
        Card("TC-G47", ConformanceLevel.L2, "A state that is a page is not flat", "A position; every read is answered with a page.",
            "GetStateAsync.", "ConnectorException.", "No state.",
            s => FailedReadAsync(s, HttpFault.HtmlPage, async (stage, session, _) => await stage.StateAsync(session)), NoHttp),
        Card("TC-G50", ConformanceLevel.L2, "A part of the state is never told as all of it",
            "A position and a working order; the first, the second, … read is answered with 503.", "GetStateAsync, once for each read.",
            "ConnectorException, or the whole state.", "Position and order are both in every state that is told.", PartIsNotAll, NoHttp),
        Card("TC-G60", ConformanceLevel.L1, "A fill is counted once", "A filled order.", "GetStateAsync twice.", "The same fills.",
            "The ids of fills are different from each other and the same in both.", FillsOnce),
        Card("TC-G65", ConformanceLevel.L1, "The window is kept", "A filled order.", "GetStateAsync with Since a minute ahead.", "No fill.",
            "No fill before Since.", WindowIsKept),
        Card("TC-G70", ConformanceLevel.L1, "A new session sees the same", "A position and its order; the session is disposed of.",
            "A new session: GetStateAsync, FindOrderAsync.", "The position; Found.", "The same ids.", NewSessionSeesTheSame),
        Card("TC-G80", ConformanceLevel.L1, "Look-up and state name the position alike", "A filled market order.",
            "FindOrderAsync and GetStateAsync.", "A report and a position.", "BrokerPositionId is the same where the report has one.",
            SamePositionId),
        Card("TC-G90", ConformanceLevel.L2, "An old report is no state of now", "A position; the agent has stopped reporting.",
            "GetStateAsync.", "ConnectorException.", "No state.", OldReport, "The broker is not reached through an agent."),
    ];

    private static async Task LostOrderIsFound(CaseStage s)
    {
        s.NeedsHttp();
        SkipUnless(s.Manifest.Lookup.ByClientOrderId, NotByOurId);
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        _ = s.Http.Arm(HttpFault.ResetAfter);
        _ = await s.PlaceAsync(session, order);
        s.Http.Disarm();
        var report = await s.FoundAsync(session, s.Key(order), OrderStatus.Filled);
        Require(report.Quantity == order.Quantity && report.BrokerSymbol == order.Instrument.BrokerSymbol, "Another order was found.");
    }

    private static async Task ByBrokerId(CaseStage s)
    {
        SkipUnless(s.Manifest.Lookup.ByBrokerOrderId, "The manifest does not declare lookup by broker order id.");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        var report = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        Require(report.BrokerOrderId == accepted.BrokerOrderId,
            $"{accepted.BrokerOrderId} was looked up, {report.BrokerOrderId} was found.");
    }

    private static async Task ClosedOrderIsFound(CaseStage s)
    {
        SkipUnless(s.Manifest.Lookup.IncludesClosed, "The manifest does not declare lookup of closed orders.");
        s.NeedsOrderType("limit");
        var session = await s.OpenAsync();
        var order = await s.AwayAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        _ = await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
        var report = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Canceled);
        Require(report.FilledQuantity == 0, $"{report.FilledQuantity} is told as filled.");
    }

    private static async Task AbsenceAsDeclared(CaseStage s)
    {
        var session = await s.OpenAsync();
        var instrument = await s.InstrumentAsync(session);
        var rule = s.Manifest.Lookup;
        var lookup = await session.FindOrderAsync(
            s.Key(s.NewId(), null, instrument.BrokerSymbol, TimeSpan.FromSeconds(rule.SettleSeconds + 5)), s.Ct);
        var absent = RequireIs<OrderLookup.Absent>(lookup, "An id that was never sent is absent.");
        var provable = rule is { ByClientOrderId: true, IncludesClosed: true };
        Require(absent.Conclusive == provable, provable
            ? "Closed orders are looked up by our id, and absence is not called conclusive after the settle time: no unknown order could ever be settled."
            : "The manifest does not declare a look-up that could prove absence, and it is called conclusive.");
    }

    private static async Task AcceptedIsNeverAbsent(CaseStage s)
    {
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        var lookup = await session.FindOrderAsync(s.Key(order, accepted.BrokerOrderId), s.Ct);
        Require(lookup is not OrderLookup.Absent { Conclusive: true }, "The broker has the order, and it is called absent for certain.");
    }

    private static async Task<object> LookUpAsync(CaseStage s, IBrokerConnector session, PlaceOrder order) =>
        await session.FindOrderAsync(s.Key(order.ClientOrderId, null, order.Instrument.BrokerSymbol, TimeSpan.FromMinutes(5)), s.Ct);

    private static async Task FailedReadAsync(
        CaseStage s, HttpFault fault, Func<CaseStage, IBrokerConnector, PlaceOrder, Task<object>> read)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var (_, order, _) = await s.PositionAsync(session);
        _ = s.Http.Arm(fault, FaultScope.Queries);
        try
        {
            var answer = await read(s, session, order);
            Require(s.Http.Disarm() == 0, $"No read was answered, and it says {answer}.");
        }
        catch (ConnectorException)
        {
            // No answer is told as no answer.
        }
    }

    private static async Task PartIsNotAll(CaseStage s)
    {
        const int MostReads = 20;
        s.NeedsHttp();
        var session = await s.OpenAsync();
        _ = await s.PositionAsync(session);
        if (s.Manifest.Capabilities.OrderTypes.Contains("limit")) _ = await s.AcceptedAsync(session, await s.AwayAsync(session));
        var whole = await s.StateAsync(session);
        for (var failing = 0; failing < MostReads; failing++)
        {
            _ = s.Http.Arm(HttpFault.Busy503, FaultScope.Queries, skip: failing, count: 1);
            try
            {
                var told = await s.StateAsync(session);
                var struck = s.Http.Disarm();
                Require(told.Positions.Count == whole.Positions.Count && told.OpenOrders.Count == whole.OpenOrders.Count,
                    $"Read {failing + 1} failed, and a state with {told.Positions.Count} of {whole.Positions.Count} positions and {told.OpenOrders.Count} of {whole.OpenOrders.Count} orders was told.");
                if (struck == 0) return;
            }
            catch (ConnectorException)
            {
                s.Http.Disarm();
            }
        }
    }

    private static async Task FillsOnce(CaseStage s)
    {
        var session = await s.OpenAsync();
        var since = s.Clock.GetUtcNow() - TimeSpan.FromHours(1);
        var order = await s.MarketAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        _ = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        var first = (await s.StateAsync(session, since)).Fills;
        var second = (await s.StateAsync(session, since)).Fills;
        Require(first.Select(fill => fill.BrokerFillId).Distinct(StringComparer.Ordinal).Count() == first.Count,
            "Two fills have the same id.");
        Require(first.All(fill => second.Any(again => again.BrokerFillId == fill.BrokerFillId)),
            "A fill has another id the second time: it would be counted twice.");
        var ours = first.Where(fill => fill.BrokerOrderId == accepted.BrokerOrderId).Sum(fill => fill.Quantity);
        Require(ours <= order.Quantity, $"{order.Quantity} was ordered, the fills say {ours}.");
    }

    private static async Task WindowIsKept(CaseStage s)
    {
        var session = await s.OpenAsync();
        _ = await s.PositionAsync(session);
        var since = s.Clock.GetUtcNow() + TimeSpan.FromMinutes(1);
        var early = (await s.StateAsync(session, since)).Fills.Where(fill => fill.At < since).ToList();
        Require(early.Count == 0, $"A fill of {(early.Count > 0 ? early[0].At : default):O} is told for a window from {since:O}.");
    }

    private static async Task NewSessionSeesTheSame(CaseStage s)
    {
        var connected = await s.LogInAsync(s.Plugin.CreateFactory());
        if (connected.Session is { } unused) s.Keep(unused);
        var account = connected.Accounts[0].Id;
        var session = await OpenNamedAsync(s, account);
        var (position, order, accepted) = await s.PositionAsync(session);
        await session.DisposeAsync();

        var again = await OpenNamedAsync(s, account);
        var seen = (await s.StateAsync(again)).Positions;
        Require(seen.Any(other => other.BrokerPositionId == position.BrokerPositionId && other.Quantity == position.Quantity),
            "The new session does not show the position.");
        if (s.Manifest.Lookup is { ByBrokerOrderId: true, IncludesClosed: true })
            _ = await s.FoundAsync(again, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
    }

    private static async Task<IBrokerConnector> OpenNamedAsync(CaseStage s, string account)
    {
        var outcome = await s.Plugin.CreateFactory().ConnectAsync(s.Request(account), s.Context(), s.Ct);
        return s.Keep(RequireIs<ConnectOutcome.Connected>(outcome, "A listed account has to connect again.").Session
            ?? throw new CaseFailedException("A named account gives a session."));
    }

    private static async Task OldReport(CaseStage s)
    {
        var agent = s.NeedsAgent();
        var session = await s.OpenAsync();
        _ = await s.PositionAsync(session);
        agent.Fault = AgentFault.Stale;
        try
        {
            var state = await s.StateAsync(session);
            Fail($"The agent reports no longer, and a state with {state.Positions.Count} positions was told.");
        }
        catch (ConnectorException)
        {
            // No answer is told as no answer.
        }
        agent.Fault = AgentFault.None;
    }

    private static async Task SamePositionId(CaseStage s)
    {
        var session = await s.OpenAsync();
        var (position, order, accepted) = await s.PositionAsync(session);
        var report = await s.FoundAsync(session, s.Key(order, accepted.BrokerOrderId), OrderStatus.Filled);
        Require(report.BrokerPositionId is null || report.BrokerPositionId == position.BrokerPositionId,
            $"The look-up says position {report.BrokerPositionId}, the state {position.BrokerPositionId}.");
    }
}
