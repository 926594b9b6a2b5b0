using static TradeFlow.BrokerSdk.Testing.CaseStage;
using static TradeFlow.BrokerSdk.Testing.ConformanceCase;

namespace TradeFlow.BrokerSdk.Testing.Cases;

internal static class UnknownCases
{
    private const string NoAgent = "The broker is not reached through an agent.";
    private const string NoHttp = "The venue has no HTTP endpoint.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        Card("TC-F10", ConformanceLevel.L2, "A refused connection is NotSent", "Nobody listens.", "PlaceAsync.", "NotSent.",
            "Nothing was booked.", s => ProvenUnsentAsync(s, HttpFault.Refused), NoHttp),
        Card("TC-F15", ConformanceLevel.L2, "What the host keeps back is NotSent", "The host's limiter throws RequestNotSentException.",
            "PlaceAsync.", "NotSent.", "Nothing was booked.", s => ProvenUnsentAsync(s, HttpFault.HeldBack), NoHttp),
        Fault("TC-F20", "A connection that breaks before the answer is Unknown", "The connection is reset before the venue has the order.",
            HttpFault.ResetBefore),
        Fault("TC-F25", "A connection that breaks after the order is Unknown", "The venue books the order, then the connection is reset.",
            HttpFault.ResetAfter),
        Fault("TC-F30", "No answer in time is Unknown", "The venue books the order and no answer comes.", HttpFault.SilenceAfter),
        Fault("TC-F32", "No answer in time is Unknown also where nothing arrived", "Nothing arrives and no answer comes.",
            HttpFault.SilenceBefore),
        Fault("TC-F35", "500 is Unknown", "The venue books the order, the answer is 500.", HttpFault.Error500After),
        Fault("TC-F37", "503 is Unknown", "The answer is 503 in plain text.", HttpFault.Busy503),
        Fault("TC-F40", "A proxy's 502 is Unknown", "The venue books the order, the answer is 502 with a page.", HttpFault.Page502),
        Fault("TC-F45", "429 is Unknown", "The answer is 429 in plain text.", HttpFault.TooMany),
        Fault("TC-F50", "A 200 that cannot be read is Unknown", "The venue books the order, the answer is garbage.", HttpFault.Garbage),
        Fault("TC-F55", "Half an answer is Unknown", "The venue books the order, half of the body comes.", HttpFault.HalfBody),
        Fault("TC-F60", "An empty 200 is Unknown", "The venue books the order, the answer is empty.", HttpFault.Empty),
        Fault("TC-F65", "A page instead of an answer is Unknown", "The venue books the order, the answer is 200 with a page.",
            HttpFault.HtmlPage),
        Card("TC-F70", ConformanceLevel.L2, "A slow answer is an answer", "The venue's answer comes late.", "PlaceAsync.", "Accepted.",
            "One order at the venue, one command left.", SlowIsFine, NoHttp),
        Card("TC-F75", ConformanceLevel.L2, "A cancelled call leaves open what happened",
            "The venue books the order; then the call is cancelled.", "PlaceAsync.", "Unknown, or OperationCanceledException.",
            "Not NotSent, not Rejected; one command left.", CancelledCall, NoHttp),
        Card("TC-F80", ConformanceLevel.L1, "A refusal has the broker's words", "The venue refuses the next order in words.", "PlaceAsync.",
            "Rejected.", "BrokerText contains the words; nothing was booked; the same id is not Filled.", RefusedInWords,
            "The venue double does not declare Refusals."),
        Card("TC-F82", ConformanceLevel.L1, "Recorded answers to an order", "Rows of outcomes*.json with the command place.",
            "Each row's answer to a PlaceAsync.", "The row's outcome.", "Outcome, reason, code and words of every row.",
            s => Recordings.PlayAsync(s, "place"), NoHttp),
        Card("TC-F85", ConformanceLevel.L2, "A token that ends in between costs no order and doubles none", "A session; all tokens end.",
            "PlaceAsync.", "Accepted, NotSent or Unknown.", "Not Rejected; at most one order at the venue, and one when Accepted.",
            TokenExpires, "The venue double does not declare TokenExpiry."),
        Card("TC-F88", ConformanceLevel.L2, "A door that stays shut is no refusal of the order",
            "Every order command is answered with 401.", "PlaceAsync.", "NotSent or Unknown.", "Not Rejected; at most two commands left.",
            ShutDoor, NoHttp),
        Card("TC-F90", ConformanceLevel.L2, "A store that gives no answer makes nobody lie", "The account's store writes and fails.",
            "PlaceAsync, then FindOrderAsync.", "Any outcome but Rejected.",
            "NotSent and nothing there, or the look-up finds what is there.", StoreFails),
        Card("TC-F94", ConformanceLevel.L1, "The same id twice is one order", "An accepted order.",
            "PlaceAsync with the same ClientOrderId.", "Rejected with DuplicateClientOrderId, or Accepted with the first one's id.",
            "One order.", SameIdTwice, "The manifest does not declare clientOrderId unique."),
        Card("TC-F96", ConformanceLevel.L1, "Orders side by side do not mix", "Flat.", "Five PlaceAsync at the same time.",
            "Five Accepted.", "Five different broker ids; each is found with its own id.", SideBySide),
        Card("TC-F100", ConformanceLevel.L2, "An agent that says nothing is Unknown",
            "The agent runs the command, or not; its result never comes.", "PlaceAsync, twice.", "Unknown.",
            "The cause is told; one command each.", SilentAgent, NoAgent),
        Card("TC-F105", ConformanceLevel.L2, "A command that was taken back unseen is NotSent", "The agent never fetched the command.",
            "PlaceAsync.", "NotSent.", "Nothing was booked.", UnseenCommand, NoAgent),
    ];

    private static ConformanceCase Fault(string id, string title, string prerequisite, HttpFault fault) => Card(
        id, ConformanceLevel.L2, title, prerequisite, "PlaceAsync.", "Unknown.",
        "The cause is told; one command left; at most one order at the venue.", s => LostAnswerAsync(s, fault), NoHttp);

    private static async Task LostAnswerAsync(CaseStage s, HttpFault fault)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var mark = s.Http.Commands.Count;
        _ = s.Http.Arm(fault);
        var outcome = await s.PlaceAsync(session, order);
        Require(s.Http.Disarm() > 0, "No order was sent.");
        if (outcome is OrderOutcome.NotSent && Recordings.Proves(s, fault)) return;
        var unknown = RequireIs<OrderOutcome.Unknown>(outcome, "Nobody knows what became of the order.");
        Require(unknown.Cause.Length > 0, "The cause is not told.");
        Require(s.CommandsSince(mark) == 1, $"{s.CommandsSince(mark)} commands left for one order.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: fault.Reaches ? 1 : 0, atLeast: fault.Reaches ? 1 : 0);
    }

    private static async Task ProvenUnsentAsync(CaseStage s, HttpFault fault)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        _ = s.Http.Arm(fault);
        var outcome = await s.PlaceAsync(session, order);
        s.Http.Disarm();
        var notSent = RequireIs<OrderOutcome.NotSent>(outcome, "It is proven that nothing left.");
        Require(notSent.Why.Length > 0, "The proof is not told.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 0, atLeast: 0);
    }

    private static async Task SlowIsFine(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var mark = s.Http.Commands.Count;
        _ = s.Http.Arm(HttpFault.Slow);
        var outcome = await s.PlaceAsync(session, order);
        s.Http.Disarm();
        RequireIs<OrderOutcome.Accepted>(outcome, "A late answer is an answer.");
        Require(s.CommandsSince(mark) == 1, $"{s.CommandsSince(mark)} commands left for one order.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 1, atLeast: 1);
    }

    private static async Task CancelledCall(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var mark = s.Http.Commands.Count;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(s.Ct);
        var arrived = s.Http.Arm(HttpFault.SilenceAfter);
        var placing = OutcomeAsync(() => session.PlaceAsync(order, given.Token));
        await arrived.WaitAsync(TimeSpan.FromSeconds(10), s.Ct);
        await given.CancelAsync();
        var outcome = await placing;
        s.Http.Disarm();
        RequireIs<OrderOutcome.Unknown>(outcome, "The venue has the order; the caller only stopped waiting.");
        Require(s.CommandsSince(mark) == 1, $"{s.CommandsSince(mark)} commands left for one order.");
    }

    private static async Task RefusedInWords(CaseStage s)
    {
        const string Words = "Trading of this symbol is halted by order 4711";
        s.NeedsPower(VenuePowers.Refusals);
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        await s.Venue.RefuseNextAsync(Words, s.Ct);
        var rejected = RequireIs<OrderOutcome.Rejected>(await s.PlaceAsync(session, order), "The broker refused in words.");
        Require(rejected.BrokerText.Contains(Words, StringComparison.Ordinal), $"The broker's words are lost: '{rejected.BrokerText}'.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 0, atLeast: 0);
    }

    private static async Task TokenExpires(CaseStage s)
    {
        s.NeedsPower(VenuePowers.TokenExpiry);
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        await s.Venue.ExpireTokensAsync(s.Ct);
        var outcome = await s.PlaceAsync(session, order);
        Require(outcome is not OrderOutcome.Rejected, $"The broker refused no order; the outcome is {Tell(outcome)}.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 1, atLeast: outcome is OrderOutcome.Accepted ? 1 : 0);
    }

    private static async Task ShutDoor(CaseStage s)
    {
        s.NeedsHttp();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var mark = s.Http.Commands.Count;
        _ = s.Http.Arm(HttpFault.Unauthorized);
        var outcome = await s.PlaceAsync(session, order);
        s.Http.Disarm();
        Require(outcome is OrderOutcome.NotSent or OrderOutcome.Unknown, $"401 says nothing of the order; the outcome is {Tell(outcome)}.");
        Require(s.CommandsSince(mark) <= 2, $"{s.CommandsSince(mark)} commands left for one order.");
    }

    private static async Task StoreFails(CaseStage s)
    {
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        s.State.LoseNextAnswer();
        var outcome = await s.PlaceAsync(session, order);
        Require(outcome is not OrderOutcome.Rejected, $"The broker refused nothing; the outcome is {Tell(outcome)}.");
        var there = (await s.StateAsync(session)).Positions.Count > 0;
        if (outcome is OrderOutcome.NotSent) Require(!there, "NotSent, and there is a position.");
        if (!there || !s.Manifest.Lookup.ByClientOrderId) return;
        var lookup = await session.FindOrderAsync(s.Key(order), s.Ct);
        Require(lookup is not OrderLookup.Absent { Conclusive: true },
            "The look-up says that the order was never there, and there is a position.");
    }

    private static async Task SameIdTwice(CaseStage s)
    {
        SkipUnless(s.Manifest.ClientOrderId.Mode is "unique", "The manifest does not declare clientOrderId unique.");
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        var first = await s.AcceptedAsync(session, order);
        var second = await s.PlaceAsync(session, order);
        Require(second is OrderOutcome.Rejected { Reason: RejectReason.DuplicateClientOrderId }
            || (second is OrderOutcome.Accepted same && same.BrokerOrderId == first.BrokerOrderId),
            $"The manifest declares unique ids; the second attempt was answered with {Tell(second)}.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 1, atLeast: 1);
        Require((await s.StateAsync(session)).Positions.Sum(position => position.Quantity) <= order.Quantity, "It was bought twice.");
    }

    private static async Task SilentAgent(CaseStage s)
    {
        var agent = s.NeedsAgent();
        var session = await s.OpenAsync();
        foreach (var fault in new[] { AgentFault.SilentBefore, AgentFault.SilentAfter })
        {
            var order = await s.MarketAsync(session);
            var before = agent.Sent;
            agent.Fault = fault;
            var outcome = await s.PlaceAsync(session, order);
            agent.Fault = AgentFault.None;
            Require(agent.Sent > before, "No command was sent to the agent.");
            var unknown = RequireIs<OrderOutcome.Unknown>(outcome, "Nobody knows whether the terminal ran the order.");
            Require(unknown.Cause.Length > 0, "The cause is not told.");
            Require(agent.Sent == before + 1, $"{agent.Sent - before} commands were sent for one order.");
        }
    }

    private static async Task UnseenCommand(CaseStage s)
    {
        var agent = s.NeedsAgent();
        var session = await s.OpenAsync();
        var order = await s.MarketAsync(session);
        agent.Fault = AgentFault.NotDelivered;
        var outcome = await s.PlaceAsync(session, order);
        agent.Fault = AgentFault.None;
        RequireIs<OrderOutcome.NotSent>(outcome, "No agent had seen it.");
        await s.RequireBookedAsync(order.ClientOrderId, atMost: 0, atLeast: 0);
    }

    private static async Task SideBySide(CaseStage s)
    {
        var session = await s.OpenAsync();
        var plain = await s.MarketAsync(session);
        var orders = Enumerable.Range(0, 5).Select(_ => plain with { ClientOrderId = s.NewId() }).ToList();
        var outcomes = await Task.WhenAll(orders.Select(order => s.PlaceAsync(session, order)));
        var ids = outcomes.Select(
            outcome => RequireIs<OrderOutcome.Accepted>(outcome, "Five orders at once have to be accepted.").BrokerOrderId).ToList();
        Require(ids.Distinct(StringComparer.Ordinal).Count() == orders.Count, "Two orders have the same broker id.");
        if (s.Manifest.ClientOrderId.Mode is "none") return;
        foreach (var (order, id) in orders.Zip(ids))
        {
            var report = await s.FoundAsync(session, s.Key(order, id), OrderStatus.Filled);
            Require(report.BrokerOrderId == id, $"The look-up of {id} answered with {report.BrokerOrderId}.");
        }
    }
}
